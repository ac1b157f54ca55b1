/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the shell calls in the rest of the program. */

#ifndef MPSH_SHELL_HOOKS_H
#define MPSH_SHELL_HOOKS_H

#include <stdbool.h>

struct command;

/* Set by main.c, so that the shell need not include the files that these are from. */
struct console_hooks {
	const char *name; /* of this process, for the prompt; kept by reference */
	bool is_member;   /* of a group: says that it is ready */
	/* Returns 0 if the command may run now, or -errno after printing the reason. */
	int (*may_run)(const struct command *command);
	void (*drain)(void);       /* show what other processes have sent by now */
	bool (*has_pending)(void); /* does drain() have anything left to show? */
};

#endif

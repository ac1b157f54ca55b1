/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the shell asks of the rest of the program. */

#ifndef MPSH_SHELL_HOOKS_H
#define MPSH_SHELL_HOOKS_H

#include <stdbool.h>

struct command;

/* What the console asks of the rest of the program, which it does not know. */
struct console_hooks {
	const char *name; /* of this process, for the prompt; kept by reference */
	/* May this command run now? 0, or a negative errno after the reason was printed.
	 */
	int (*may_run)(const struct command *command);
	void (*drain)(void);       /* show what other processes have sent by now */
	bool (*has_pending)(void); /* does anything wait that drain() would show? */
};

#endif

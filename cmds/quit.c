/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* quit and exit: end mpsh. */

#include "cmds/cmds.h"
#include "shell/session.h"

static int
run(const struct args *args)
{
	(void)args;
	console_quit();
	return 0;
}

const struct command command_quit = {
	.name = "quit",
	.group = GROUP_SHELL,
	.forms = (const char *const[]){ "", NULL },
	.brief = "leave",
	.detail = "As Ctrl-D on an empty line. In a batch the exit code so far is kept.",
	.example = "quit",
	.needs = COMMAND_NEEDS_NOTHING,
	.run = run,
};

const struct command command_exit = {
	.name = "exit",
	.group = GROUP_SHELL,
	.forms = (const char *const[]){ "", NULL },
	.brief = "leave, as quit",
	.detail = "As Ctrl-D on an empty line. In a batch the exit code so far is kept.",
	.example = "exit",
	.needs = COMMAND_NEEDS_NOTHING,
	.run = run,
};

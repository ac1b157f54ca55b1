/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* clear: clears the screen. */

#include "cmds/cmds.h"
#include "shell/prompt.h"

static int
run(const struct args *args)
{
	(void)args;
	console_clear_screen();
	return 0;
}

const struct command command_clear = {
	.name = "clear",
	.group = GROUP_SHELL,
	.forms = (const char *const[]){ "", NULL },
	.brief = "clear the screen",
	.detail = "As Ctrl-L does. In a batch nothing is done.",
	.example = "clear",
	.needs = COMMAND_NEEDS_NOTHING,
	.run = run,
};

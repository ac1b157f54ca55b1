/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* reconnect: ends mpsh and executes it anew with the same options. */

#include <errno.h>

#include "cmds/cmds.h"
#include "output/output.h"
#include "shell/prompt.h"
#include "shell/session.h"
#include "startup/reconnect.h"

static int
run(const struct args *args)
{
	(void)args;
	if (!console_is_interactive()) {
		output_error("reconnect is for a prompt: start mpsh again");
		return -ENOTTY;
	}
	reconnect_request();
	console_quit();
	return 0;
}

const struct command command_reconnect = {
	.name = "reconnect",
	.group = GROUP_SHELL,
	.forms = (const char *const[]){ "", NULL },
	.brief = "leave and join anew, with the same options",
	.detail = "Less -e and -f; history and settings are kept. For a secondary whose "
		  "primary\n"
		  "has gone: joins the new one. With -w that happens by itself.",
	.example = "reconnect",
	.needs = COMMAND_NEEDS_HUB,
	.run = run,
};

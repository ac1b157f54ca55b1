/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* reconnect: ends mpsh and executes it anew with the same options. */

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "cmds/cmds.h"
#include "host/runtime.h"
#include "outside/look.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/self.h"
#include "shell/prompt.h"
#include "shell/session.h"
#include "startup/command_line.h"
#include "startup/options.h"
#include "startup/reconnect.h"

/*
 * A guest is to join the application's next start. Before there is one, it would become
 * the primary itself, in the application's place. Prints the error.
 */
static bool
application_is_there(void)
{
	const struct options *options = options_kept();
	struct output_text prefix =
		output_escape(options->file_prefix, strlen(options->file_prefix));
	char runtime_dir[PATH_MAX];

	host_runtime_dir(options->file_prefix, runtime_dir, sizeof(runtime_dir));
	if (options->has_wait || host_primary(runtime_dir) != 0)
		return true;
	output_error(
		"no primary under the prefix %s yet: reconnect joins it when it runs",
		prefix.text);
	return false;
}

/* Is there something to look at, so that the prompt does not end with an error? */
static bool
can_look(void)
{
	const struct options *options = options_kept();
	char error[512];

	if (look_at(options->outside, error, sizeof(error)) == 0)
		return true;
	output_error("%s", error);
	return false;
}

static int
run(const struct args *args)
{
	(void)args;
	if (!console_is_interactive()) {
		output_error("reconnect is for a prompt: start mpsh again");
		return -ENOTTY;
	}
	if (hub_role() == ROLE_GUEST && !application_is_there())
		return -ENOENT;
	if (hub_role() == ROLE_OUTSIDE && !can_look())
		return -ENOENT;
	reconnect_request();
	console_quit();
	return 0;
}

const struct command command_reconnect = {
	.name = "reconnect",
	.group = GROUP_SHELL,
	.forms = (const char *const[]){ "", NULL },
	.brief = "leave and join anew, with the same options",
	.detail = "Less -e and -f; history, settings and listened actions are kept. For "
		  "one whose\n"
		  "primary has gone: joins the new one. With -w that happens by itself. "
		  "With -o:\n"
		  "looks anew.",
	.example = "reconnect",
	.needs = COMMAND_WORKS_OUTSIDE,
	.run = run,
};

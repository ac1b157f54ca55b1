/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* mp actions: which actions of rte_mp processes have registered. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cmds/cmds.h"
#include "cmds/target.h"
#include "grammar/args.h"
#include "outside/registered.h"
#include "output/output.h"
#include "output/table.h"

static void
view(const json_t *actions)
{
	static const struct output_column columns[] = {
		{ "PID", "pid", true, OUTPUT_KEY },
		{ "PROCESS", "command", false, OUTPUT_PLAIN },
		{ "ACTION", "action", false, OUTPUT_KEY },
		{ "FUNCTION", "function", false, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};

	if (json_array_size(actions) == 0)
		output_line("no actions");
	else
		output_table_dimming(columns, actions, "eal");
}

static int
run(const struct args *args)
{
	char error[512];
	json_t *list;
	pid_t pid;
	int ret = target_process(args_word(args, "pid_or_peer"), &pid);

	if (ret < 0)
		return ret;
	ret = registered_list(pid, &list, error, sizeof(error));
	if (list != NULL)
		output_result("mp_actions", list, view);
	if (ret < 0)
		output_error("%s", error);
	return ret;
}

const struct command command_mp_actions = {
	.name = "mp actions",
	.group = GROUP_MP,
	.forms = (const char *const[]){ "[<pid_or_peer!>]", NULL },
	.brief = "which actions processes have registered",
	.detail =
		"Of one process, or of all of the group, with where its handler is. "
		"Nobody is asked:\n"
		"the list is read from outside, so a process may be stopped or hang. A "
		"number is a\n"
		"pid. Those of EAL and of DPDK's libraries come last, dim at the prompt.",
	.example = "mp actions 4242",
	.needs = COMMAND_LOOKS,
	.run = run,
};

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* peers: the peers, and every other process with an rte_mp socket on the prefix. */

#include "cmds/cmds.h"
#include "output/output.h"
#include "output/table.h"
#include "peers/report.h"

static void
view(const json_t *peers)
{
	static const struct output_column columns[] = {
		{ "NUMBER", "id", true, OUTPUT_PLAIN },
		{ "NAME", "name", false, OUTPUT_PLAIN },
		{ "PID", "pid", true, OUTPUT_PLAIN },
		{ "STATE", "state", false, OUTPUT_PLAIN },
		{ "AGE", "age_ns", true, OUTPUT_DURATION },
		{ "TO", "queued_to", true, OUTPUT_PLAIN },
		{ "FROM", "queued_from", true, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};

	if (json_array_size(peers) == 0)
		output_line("no other process is here");
	else
		output_table(columns, peers);
}

static int
run(const struct args *args)
{
	(void)args;
	output_result("peers", report_peers(), view);
	return 0;
}

const struct command command_peers = {
	.name = "peers",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "who is here, and how many messages wait each way",
	.detail = "State: up; stopped; unresponsive, something has waited in its ring "
		  "for a second;\n"
		  "foreign, a process with an rte_mp socket that is no console. TO and "
		  "FROM: messages\n"
		  "waiting in the ring to it and from it, where this process sees them.",
	.example = "peers",
	.needs = COMMAND_NEEDS_LIVE,
	.run = run,
};

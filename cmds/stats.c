/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* stats: what was counted, by peer and transport. */

#include "cmds/cmds.h"
#include "grammar/args.h"
#include "message/stats.h"
#include "output/output.h"
#include "output/table.h"
#include "peers/report.h"

/* Is any counter of this row other than 0? */
static bool
has_traffic(const json_t *row, const struct output_column counters[])
{
	size_t c;

	for (c = 0; counters[c].heading != NULL; c++) {
		if (json_integer_value(json_object_get(row, counters[c].member)) != 0)
			return true;
	}
	return false;
}

/* There are two tables, since one with all columns is wider than a terminal. */
static void
view(const json_t *rows)
{
	static const struct output_column counters[] = {
		{ "PEER", "peer", false, OUTPUT_KEY },
		{ "TRANSPORT", "transport", false, OUTPUT_KEY },
		{ "SENT", "sent", true, OUTPUT_COUNTER },
		{ "RECEIVED", "received", true, OUTPUT_COUNTER },
		{ "REPLIES", "replies", true, OUTPUT_COUNTER },
		{ "TIMEOUTS", "timeouts", true, OUTPUT_COUNTER },
		{ "LATE", "late", true, OUTPUT_COUNTER },
		{ "REFUSED", "refused", true, OUTPUT_COUNTER },
		{ "INVALID", "invalid", true, OUTPUT_COUNTER },
		{ "BYTES", "bytes", true, OUTPUT_COUNTER },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	static const struct output_column times[] = {
		{ "PEER", "peer", false, OUTPUT_KEY },
		{ "TRANSPORT", "transport", false, OUTPUT_KEY },
		{ "P50", "p50_ns", true, OUTPUT_DURATION },
		{ "P99", "p99_ns", true, OUTPUT_DURATION },
		{ "MAX", "max_ns", true, OUTPUT_DURATION },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *timed = json_array(), *counted = json_array();
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)rows, i, row) {
		if (has_traffic(row, counters))
			json_array_append(counted, row);
		if (json_integer_value(json_object_get(row, "max_ns")) != 0)
			json_array_append(timed, row);
	}
	if (json_array_size(counted) == 0)
		output_line("nothing was counted yet");
	else
		output_table(counters, counted);
	if (json_array_size(timed) != 0)
		output_table(times, timed);
	output_watched(rows);
	json_decref(timed);
	json_decref(counted);
}

static int
run(const struct args *args)
{
	if (args_has(args, "reset")) {
		stats_reset_all();
		return 0;
	}
	output_result("stats", report_stats(), view);
	return 0;
}

const struct command command_stats = {
	.name = "stats",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", "reset", NULL },
	.brief = "sent, replies, timeouts and round trips, by peer and transport",
	.detail =
		"SENT = replies + timeouts + still waiting; a wait ended by Ctrl-C "
		"counts as a\n"
		"timeout. REFUSED: a full ring. INVALID: what was no message. BYTES: of "
		"text, both\n"
		"ways. P50, P99, MAX: round trips. stats reset zeroes all.",
	.example = "stats",
	.needs = COMMAND_NEEDS_HUB,
	.run = run,
};

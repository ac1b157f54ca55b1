/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* info: versions, role, prefix, lcores and memory of this process. */

#include <string.h>

#include "cmds/cmds.h"
#include "output/output.h"
#include "peers/report.h"

static void
view(const json_t *result)
{
	static const struct {
		const char *member, *label;
	} lines[] = {
		{ "version", "mpsh" },
		{ "protocol", "protocol" },
		{ "dpdk", "DPDK" },
		{ "name", "name" },
		{ "role", "role" },
		{ "pid", "pid" },
		{ "primary_pid", "primary" },
		{ "file_prefix", "prefix" },
		{ "lcores", "lcores" },
		{ "memory_bytes", "memory" },
		{ "max_peers", "peers at most" },
		{ "ring_depth", "ring depth" },
		{ "mp_thread", "rte_mp thread" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const json_t *value = json_object_get(result, lines[i].member);

		if (strcmp(lines[i].member, "memory_bytes") == 0 &&
			json_is_integer(value))
			output_line("%-14s %" JSON_INTEGER_FORMAT " MiB", lines[i].label,
				json_integer_value(value) >> 20);
		else if (json_is_integer(value))
			output_line("%-14s %" JSON_INTEGER_FORMAT, lines[i].label,
				json_integer_value(value));
		else if (json_is_null(value))
			output_line("%-14s -", lines[i].label);
		else
			output_line("%-14s %s", lines[i].label,
				output_escape(json_string_value(value),
					json_string_length(value))
					.text);
	}
}

static int
run(const struct args *args)
{
	(void)args;
	output_result("info", report_info(), view);
	return 0;
}

const struct command command_info = {
	.name = "info",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "versions, role, prefix, lcores, memory, rings, the rte_mp thread",
	.detail = "memory: hugepages mapped from the primary. ring depth: messages each "
		  "direction\n"
		  "of a ring holds.",
	.example = "info",
	.run = run,
};

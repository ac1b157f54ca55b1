/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* info: what this process is and stands on. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_version.h>

#include "channel.h"
#include "cmds.h"
#include "exchange.h"
#include "output.h"
#include "process.h"
#include "version.h"

static void
list_lcores(char *buf, size_t size)
{
	unsigned int lcore;
	size_t at = 0;

	buf[0] = '\0';
	RTE_LCORE_FOREACH(lcore) {
		rte_cpuset_t cpus = rte_lcore_cpuset(lcore);
		int cpu, first = 1;

		at += snprintf(buf + at, size - at, "%s%u@", at != 0 ? " " : "", lcore);
		for (cpu = 0; cpu < CPU_SETSIZE && at < size; cpu++) {
			if (!CPU_ISSET(cpu, &cpus))
				continue;
			at += snprintf(buf + at, size - at, "%s%d", first ? "" : ",", cpu);
			first = 0;
		}
		if (at >= size)
			return;
	}
}

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

		if (strcmp(lines[i].member, "memory_bytes") == 0)
			output_line("%-14s %" JSON_INTEGER_FORMAT " MiB", lines[i].label,
				json_integer_value(value) >> 20);
		else if (json_is_integer(value))
			output_line("%-14s %" JSON_INTEGER_FORMAT, lines[i].label,
				json_integer_value(value));
		else
			output_line("%-14s %s", lines[i].label, output_escape(
				json_string_value(value), json_string_length(value)));
	}
}

static int
run(const struct args *args)
{
	char lcores[1024];
	json_t *result;

	(void)args;
	list_lcores(lcores, sizeof(lcores));
	result = json_pack("{s:s, s:i, s:s, s:s, s:s, s:i, s:i, s:s, s:s, s:I, s:i, s:i, s:s}",
		"version", MPSH_VERSION, "protocol", MPSH_PROTOCOL, "dpdk",
		strchr(rte_version(), ' ') + 1, "name", hub_name(), "role", hub_role_name(), "pid",
		(int)getpid(), "primary_pid", (int)hub_primary_pid(), "file_prefix",
		process_file_prefix(), "lcores", lcores, "memory_bytes",
		(json_int_t)process_memory(), "max_peers", (int)hub_max_peers(), "ring_depth",
		CHANNEL_CAPACITY, "mp_thread",
		!hub_is_live() ? "ended with the primary" :
		ipc_thread_lives() ? "runs" : "has ended: restart this process");
	output_result("info", result, view);
	return 0;
}

const struct command command_info = {
	.name = "info",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "versions, role, prefix, lcores, memory, rings, the rte_mp thread",
	.detail = "memory: hugepages mapped from the primary. ring depth: messages each direction\n"
		"of a ring holds.",
	.example = "info",
	.run = run,
};

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* jitter: what this host takes away from a thread that never sleeps, on each CPU. */

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cmds/cmds.h"
#include "cmds/taken.h"
#include "grammar/args.h"
#include "host/jitter.h"
#include "output/output.h"
#include "output/table.h"
#include "startup/lcores.h"

#define SECOND UINT64_C(1000000000)

static void
view(const json_t *result)
{
	static const struct output_column columns[] = {
		{ "CPU", "cpu", true, OUTPUT_PLAIN },
		{ "LONGEST", "longest_ns", true, OUTPUT_DURATION },
		{ "SUM", "sum_ns", true, OUTPUT_DURATION },
		{ "SHARE", "share", true, OUTPUT_PLAIN },
		{ "GAPS", "gaps", true, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *rows = json_array(), *cpu, *row;
	char share[32];
	size_t i;

	json_array_foreach((json_t *)result, i, cpu) {
		row = json_copy(cpu);
		snprintf(share, sizeof(share), "%.2f%%", taken_share(cpu));
		if (json_is_integer(json_object_get(cpu, "sum_ns")))
			json_object_set_new(row, "share", json_string(share));
		json_array_append_new(rows, row);
	}
	output_table(columns, rows);
	json_decref(rows);
}

/* The CPUs that this process may use, without what EAL has narrowed. Returns their
 * number. */
static unsigned int
list_cpus(struct jitter *list)
{
	unsigned int cpu, n = 0;
	cpu_set_t cpus;

	lcores_remembered_cpus(&cpus);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &cpus))
			list[n++].cpu = cpu;
	return n;
}

static int
measure(struct jitter *list, uint64_t ns)
{
	unsigned int n = list_cpus(list), i;
	int ret = jitter_measure(list, n, ns);
	json_t *result;

	if (ret == -ENOMEM)
		return output_no_memory();
	if (ret < 0 && ret != -EINTR && ret != -ECANCELED) {
		output_error("no thread can be had on a CPU: %s", strerror(-ret));
		return ret;
	}
	result = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(result, taken_row(&list[i]));
	output_result("jitter", result, view);
	return ret == -EINTR ? 0 : ret;
}

static int
run(const struct args *args)
{
	struct jitter *list = memory_zeroed(CPU_SETSIZE * sizeof(*list));
	int ret;

	if (list == NULL)
		return output_no_memory();
	ret = measure(list, args_number(args, "seconds", 3) * SECOND);
	free(list);
	return ret;
}

const struct command command_jitter = {
	.name = "jitter",
	.group = GROUP_MEASURE,
	.forms = (const char *const[]){ "[<seconds:1-3600>]", NULL },
	.brief = "what the host takes away from a thread that never sleeps",
	.detail =
		"3 s. On each CPU a thread reads the clock without a pause. LONGEST: the "
		"most that was\n"
		"taken from it at once, by other threads, interrupts, the hypervisor; "
		"SHARE: of the time;\n"
		"GAPS: how often, from 1 us up. It takes CPU time from what runs there: "
		"taskset -c 2,3\n"
		"mpsh jitter measures two CPUs alone.",
	.example = "jitter 10",
	.needs = COMMAND_LOOKS | COMMAND_NEEDS_NO_GROUP,
	.run = run,
};

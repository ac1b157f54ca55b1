/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* top: what goes on in a group, repainted every second: rings, pools, heaps, threads. */

#include <errno.h>
#include <string.h>

#include "base/loop.h"
#include "cmds/cmds.h"
#include "grammar/args.h"
#include "outside/top.h"
#include "output/output.h"
#include "output/table.h"
#include "shell/repaint.h"

#define SECOND UINT64_C(1000000000)

/* Between two looks at the positions of the rings. */
#define LOOK_NS (SECOND / 50)

/* ---- the text ---- */

/* A rate in at most five characters, as text. */
static json_t *
rate_text(const json_t *rate)
{
	static const char units[] = " kMGT";
	double number = json_number_value(rate);
	unsigned int unit = 0;
	char text[32];

	if (!json_is_integer(rate))
		return json_null();
	if (number < 10000) {
		snprintf(text, sizeof(text), "%.0f", number);
		return json_string(text);
	}
	while (number >= 999.95 && unit + 2 < sizeof(units)) {
		number /= 1000;
		unit++;
	}
	snprintf(text, sizeof(text), "%.1f%c", number, units[unit]);
	return json_string(text);
}

static json_t *
state_text(const json_t *ring)
{
	const char *state = json_string_value(json_object_get(ring, "state"));
	char text[96];

	if (state == NULL)
		return json_string("");
	if (!json_is_integer(json_object_get(ring, "stuck_ns")))
		return json_string(state);
	snprintf(text, sizeof(text), "%s %s", state,
		output_duration_of(ring, "stuck_ns").text);
	return json_string(text);
}

static void
view_rings(const json_t *rings)
{
	static const struct output_column columns[] = {
		{ "RING", "name", false, OUTPUT_PLAIN },
		{ "SIZE", "capacity", true, OUTPUT_PLAIN },
		{ "USED", "used", true, OUTPUT_PLAIN },
		{ "MOST", "most", true, OUTPUT_PLAIN },
		{ "IN/s", "in", true, OUTPUT_PLAIN },
		{ "OUT/s", "out", true, OUTPUT_PLAIN },
		{ "STATE", "is", false, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *rows = json_array(), *ring, *row;
	size_t i;

	json_array_foreach((json_t *)rings, i, ring) {
		row = json_copy(ring);
		json_object_set_new(
			row, "in", rate_text(json_object_get(ring, "in_per_s")));
		json_object_set_new(
			row, "out", rate_text(json_object_get(ring, "out_per_s")));
		json_object_set_new(row, "is", state_text(ring));
		json_array_append_new(rows, row);
	}
	if (json_array_size(rows) == 0)
		output_line("no rings");
	else
		output_table(columns, rows);
	json_decref(rows);
}

static json_int_t
sum_of(const json_t *caches)
{
	json_int_t sum = 0;
	const char *lcore;
	json_t *objects;

	json_object_foreach((json_t *)caches, lcore, objects)
		sum += json_integer_value(objects);
	return sum;
}

static void
view_pools(const json_t *pools)
{
	static const struct output_column columns[] = {
		{ "POOL", "name", false, OUTPUT_PLAIN },
		{ "SIZE", "size", true, OUTPUT_PLAIN },
		{ "IN USE", "in_use", true, OUTPUT_PLAIN },
		{ "GET/s", "get", true, OUTPUT_PLAIN },
		{ "PUT/s", "put", true, OUTPUT_PLAIN },
		{ "IN CACHES", "cached", true, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *rows = json_array(), *pool, *row;
	size_t i;

	json_array_foreach((json_t *)pools, i, pool) {
		const json_t *caches = json_object_get(pool, "caches");

		row = json_copy(pool);
		json_object_set_new(
			row, "get", rate_text(json_object_get(pool, "get_per_s")));
		json_object_set_new(
			row, "put", rate_text(json_object_get(pool, "put_per_s")));
		json_object_set_new(row, "cached",
			json_is_object(caches) ? json_integer(sum_of(caches))
					       : json_null());
		json_array_append_new(rows, row);
	}
	if (json_array_size(rows) != 0)
		output_table(columns, rows);
	json_decref(rows);
}

static void
view_heaps(const json_t *heaps)
{
	static const struct output_column columns[] = {
		{ "HEAP", "name", false, OUTPUT_PLAIN },
		{ "TOTAL", "total", true, OUTPUT_PLAIN },
		{ "FREE", "free", true, OUTPUT_PLAIN },
		{ "LARGEST", "largest", true, OUTPUT_PLAIN },
		{ "BLOCKS", "blocks", true, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};

	if (json_array_size(heaps) != 0)
		output_table(columns, heaps);
}

static void
view_threads(const json_t *threads)
{
	static const struct output_column columns[] = {
		{ "THREAD", "name", false, OUTPUT_PLAIN },
		{ "PROCESS", "command", false, OUTPUT_PLAIN },
		{ "PID", "pid", true, OUTPUT_PLAIN },
		{ "TID", "tid", true, OUTPUT_PLAIN },
		{ "CPU", "used", true, OUTPUT_PLAIN },
		{ "LCORE", "lcore", true, OUTPUT_PLAIN },
		{ "CPUS", "cpus", false, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *rows = json_array(), *thread, *row;
	char used[32];
	size_t i;

	json_array_foreach((json_t *)threads, i, thread) {
		const json_t *cpu = json_object_get(thread, "cpu");

		row = json_copy(thread);
		snprintf(used, sizeof(used), "%d%%", (int)json_integer_value(cpu));
		if (json_is_integer(cpu))
			json_object_set_new(row, "used", json_string(used));
		json_array_append_new(rows, row);
	}
	if (json_array_size(rows) != 0)
		output_table(columns, rows);
	json_decref(rows);
}

static void
view(const json_t *top)
{
	view_rings(json_object_get(top, "rings"));
	view_pools(json_object_get(top, "pools"));
	view_heaps(json_object_get(top, "heaps"));
	view_threads(json_object_get(top, "threads"));
}

/* ---- looking ---- */

/* Look till then. Returns 0 when a key was pressed, -ETIMEDOUT then, or as loop_until().
 */
static int
look_until(struct top *top, uint64_t then)
{
	uint64_t now;
	int ret = -ETIMEDOUT;

	for (now = loop_now(); now < then && ret == -ETIMEDOUT; now = loop_now()) {
		ret = repaint_wait(then - now < LOOK_NS ? then - now : LOOK_NS);
		top_look(top);
	}
	return ret;
}

static int
show(struct top *top)
{
	char error[512];
	json_t *report;

	report = top_report(top, error, sizeof(error));
	if (report == NULL) {
		output_error("%s", error);
		return -ENOENT;
	}
	repaint_open();
	output_result("top", report, view);
	repaint_close();
	return 0;
}

/* The first picture comes after a second, however long it is to the next. */
static int
repeat(struct top *top, uint64_t interval, uint64_t count)
{
	uint64_t next = loop_now() + (interval < SECOND ? interval : SECOND), now;
	int ret;

	do {
		ret = look_until(top, next);
		if (ret != -ETIMEDOUT)
			break;
		ret = show(top);
		if (ret < 0 || --count == 0)
			return ret;
		now = loop_now();
		next = next + interval > now ? next + interval : now;
	} while (true);
	return ret == -EINTR ? 0 : ret;
}

static int
run(const struct args *args)
{
	struct top *top;
	char error[512];
	int ret = top_begin(&top, error, sizeof(error));

	if (ret < 0) {
		output_error("%s", error);
		return ret;
	}
	repaint_begin();
	ret = repeat(
		top, args_number(args, "seconds", SECOND), args_number(args, "count", 0));
	repaint_end();
	top_end(top);
	return ret;
}

const struct command command_top = {
	.name = "top",
	.group = GROUP_MEASURE,
	.forms = (const char *const[]){ "[<seconds:0.1-3600.>] [count <count:1-1000000>]",
		NULL },
	.brief = "what rings, pools, heaps and threads do, every second",
	.detail = "From outside, for any application. MOST: the most elements that "
		  "waited, of 50 looks a\n"
		  "second. STATE: nobody takes, full, or STUCK, what was begun is not "
		  "ended. GET/s and\n"
		  "PUT/s: what passes a pool's caches. Until a key is pressed; in a "
		  "batch one result\n"
		  "each second until Ctrl-C, or count of them.",
	.example = "top 2",
	.needs = COMMAND_LOOKS,
	.run = run,
};

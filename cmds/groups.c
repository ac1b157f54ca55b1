/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* groups: every DPDK group of this host. */

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmds/cmds.h"
#include "grammar/args.h"
#include "outside/groups.h"
#include "output/output.h"
#include "output/table.h"

#define CELL_SIZE 256
#define MIB (1 << 20)

/* "4242 lab", as a new string; "dead" without a process. */
static json_t *
process_cell(const json_t *process)
{
	if (!json_is_object(process))
		return json_string("dead");
	return json_sprintf("%" JSON_INTEGER_FORMAT " %s",
		json_integer_value(json_object_get(process, "pid")),
		json_string_value(json_object_get(process, "command")));
}

/* Add to a cell; what does not fit any more is "…". */
static void
put(char *cell, const char *text)
{
	size_t length = strlen(cell);

	if (length + strlen(text) + sizeof("…") < CELL_SIZE)
		strcpy(cell + length, text);
	else if (length > 0 && strcmp(cell + length - strlen("…"), "…") != 0)
		strcpy(cell + length, "…");
}

static json_t *
secondaries_cell(const json_t *group)
{
	const json_t *secondaries = json_object_get(group, "secondaries"), *secondary;
	const char *error = json_string_value(json_object_get(group, "error"));
	char cell[CELL_SIZE] = "", word[32];
	size_t i;

	if (!json_boolean_value(json_object_get(group, "multi_process")))
		return json_string(error == NULL ? "no multi-process" : "");
	json_array_foreach(secondaries, i, secondary) {
		snprintf(word, sizeof(word), "%s%" JSON_INTEGER_FORMAT, i == 0 ? "" : ",",
			json_integer_value(json_object_get(secondary, "pid")));
		put(cell, word);
	}
	return json_string(i == 0 ? "-" : cell);
}

static json_t *
lcores_cell(const json_t *lcores)
{
	size_t n = json_array_size(lcores), i, from;
	char cell[CELL_SIZE] = "", word[32];

	for (i = 0; i < n; i++) {
		json_int_t last = json_integer_value(json_array_get(lcores, i)),
			   first = last;

		for (from = i; i + 1 < n &&
			json_integer_value(json_array_get(lcores, i + 1)) == last + 1;
			i++)
			last++;
		snprintf(word, sizeof(word),
			first == last ? "%s%" JSON_INTEGER_FORMAT
				      : "%s%" JSON_INTEGER_FORMAT
					"-%" JSON_INTEGER_FORMAT,
			from == 0 ? "" : ",", first, last);
		put(cell, word);
	}
	return json_string(n == 0 ? "-" : cell);
}

static json_t *
namespaces_cell(const json_t *namespaces)
{
	char cell[CELL_SIZE] = "";
	const json_t *kind;
	size_t i;

	json_array_foreach(namespaces, i, kind) {
		put(cell, i == 0 ? "own " : ",");
		put(cell, json_string_value(kind));
	}
	return json_string(cell);
}

static json_t *
memory_cell(const json_t *bytes)
{
	if (!json_is_integer(bytes))
		return json_null();
	return json_sprintf(
		"%" JSON_INTEGER_FORMAT " MiB", json_integer_value(bytes) / MIB);
}

static json_t *
row_of(const json_t *group)
{
	return json_pack("{s:O, s:o, s:o, s:O, s:o, s:o, s:o}", "prefix",
		json_object_get(group, "prefix"), "primary",
		process_cell(json_object_get(group, "primary")), "secondaries",
		secondaries_cell(group), "version", json_object_get(group, "version"),
		"memory", memory_cell(json_object_get(group, "memory_bytes")), "lcores",
		lcores_cell(json_object_get(group, "lcores")), "namespaces",
		namespaces_cell(json_object_get(group, "namespaces")));
}

static void
view_groups(const json_t *groups)
{
	static const struct output_column columns[] = {
		{ "PREFIX", "prefix", false, OUTPUT_KEY },
		{ "PRIMARY", "primary", false, OUTPUT_NUMBERS },
		{ "SECONDARIES", "secondaries", false, OUTPUT_NUMBERS },
		{ "DPDK", "version", false, OUTPUT_PLAIN },
		{ "MEMORY", "memory", true, OUTPUT_PLAIN },
		{ "LCORES", "lcores", false, OUTPUT_NUMBERS },
		{ "NAMESPACES", "namespaces", false, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *rows = json_array();
	const json_t *group;
	size_t i;

	json_array_foreach(groups, i, group)
		json_array_append_new(rows, row_of(group));
	if (json_array_size(rows) == 0)
		output_line("no groups");
	else
		output_table(columns, rows);
	json_decref(rows);
	json_array_foreach(groups, i, group)
		if (json_is_string(json_object_get(group, "error")))
			output_line("* %s",
				json_string_value(json_object_get(group, "error")));
}

static void
view_left(const json_t *left)
{
	json_int_t bytes = json_integer_value(json_object_get(left, "bytes")),
		   sockets = json_integer_value(json_object_get(left, "sockets"));
	const char *dir = json_string_value(json_object_get(left, "directory"));
	char stale[48] = "", pages[64] = "";

	if (bytes > 0)
		snprintf(pages, sizeof(pages),
			", %" JSON_INTEGER_FORMAT " MiB of hugepages", bytes / MIB);
	if (sockets > 0)
		snprintf(stale, sizeof(stale),
			", %" JSON_INTEGER_FORMAT " stale socket%s", sockets,
			sockets == 1 ? "" : "s");
	output_line("left by %s%s%s%s%s",
		json_string_value(json_object_get(left, "prefix")),
		dir != NULL ? " in " : "", dir != NULL ? dir : "", pages, stale);
	output_line("  free it: %s", json_string_value(json_object_get(left, "free")));
}

static void
view(const json_t *value)
{
	json_int_t empty = json_integer_value(json_object_get(value, "empty"));
	const json_t *entry;
	size_t i;

	view_groups(json_object_get(value, "groups"));
	json_array_foreach(json_object_get(value, "conflicts"), i, entry)
		output_line("* %s", json_string_value(json_object_get(entry, "text")));
	json_array_foreach(json_object_get(value, "left"), i, entry)
		view_left(entry);
	if (empty > 0)
		output_line("%" JSON_INTEGER_FORMAT " empty director%s of dead groups",
			empty, empty == 1 ? "y" : "ies");
}

static int
run(const struct args *args)
{
	json_t *groups = groups_list();

	(void)args;
	if (groups == NULL)
		return output_no_memory();
	output_result("groups", groups, view);
	return 0;
}

const struct command command_groups = {
	.name = "groups",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "every DPDK group of this host, and what dead ones left",
	.detail = "In all mount, PID and network namespaces, also processes without "
		  "multi-process. Then\n"
		  "conflicts: one prefix twice, one lcore id or one CPU for two "
		  "processes. Then what\n"
		  "dead groups left, with the line that frees it. Looks only.",
	.example = "groups",
	.needs = COMMAND_LOOKS | COMMAND_NEEDS_NO_GROUP,
	.run = run,
};

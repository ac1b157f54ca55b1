/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* telemetry: one question to the group's own DPDK telemetry. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cmds/cmds.h"
#include "exchange/question.h"
#include "grammar/args.h"
#include "outside/telemetry.h"
#include "output/output.h"
#include "output/table.h"

/* A table shows so much of a cell; a longer text is printed as a line. */
#define CELL_MAX 200

/* The longest name of a member in a row, with those around it. */
#define NAME_SIZE 256

static bool
is_scalar(const json_t *value)
{
	return !json_is_array(value) && !json_is_object(value);
}

/* A scalar as a cell: numbers stay numbers, so that a watch has their rates. */
static json_t *
cell_of(const json_t *value)
{
	if (json_is_boolean(value))
		return json_string(json_is_true(value) ? "yes" : "no");
	if (json_is_real(value))
		return json_sprintf("%.0f", json_real_value(value));
	return json_incref((json_t *)value);
}

/* The scalars of an array, "1 2 3", as a new string; NULL if it has others. */
static json_t *
joined(const json_t *array)
{
	json_t *text = json_string(""), *longer, *cell;
	const json_t *entry;
	size_t i;

	json_array_foreach(array, i, entry) {
		if (!is_scalar(entry)) {
			json_decref(text);
			return NULL;
		}
		cell = cell_of(entry);
		if (json_is_integer(cell))
			longer = json_sprintf("%s%s%" JSON_INTEGER_FORMAT,
				json_string_value(text), i == 0 ? "" : " ",
				json_integer_value(cell));
		else
			longer = json_sprintf("%s%s%s", json_string_value(text),
				i == 0 ? "" : " ",
				json_is_string(cell) ? json_string_value(cell) : "-");
		json_decref(cell);
		json_decref(text);
		text = longer;
	}
	return text;
}

static void add_rows(json_t *rows, const char *name, const json_t *value);

static void
add_member(json_t *rows, const char *around, const char *name, const json_t *value)
{
	char full[NAME_SIZE];

	snprintf(
		full, sizeof(full), "%s%s%s", around, around[0] != '\0' ? "." : "", name);
	add_rows(rows, full, value);
}

/* Add a row for each scalar within a value, by its name. */
static void
add_rows(json_t *rows, const char *name, const json_t *value)
{
	json_t *list = json_is_array(value) ? joined(value) : NULL;
	char index[24];
	const json_t *entry;
	const char *key;
	size_t i;

	if (list != NULL || is_scalar(value)) {
		json_array_append_new(rows,
			json_pack("{s:s, s:o}", "name", name, "value",
				list != NULL ? list : cell_of(value)));
		return;
	}
	json_array_foreach(value, i, entry) {
		snprintf(index, sizeof(index), "%zu", i);
		add_member(rows, name, index, entry);
	}
	json_object_foreach((json_t *)value, key, entry)
		add_member(rows, name, key, entry);
}

static bool
fits_table(const json_t *rows)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
		if (json_string_length(json_object_get(row, "value")) > CELL_MAX)
			return false;
	return true;
}

static void
print_line(const json_t *row)
{
	const json_t *value = json_object_get(row, "value");
	const char *name = json_string_value(json_object_get(row, "name"));

	if (json_is_integer(value))
		output_line("%s: %" JSON_INTEGER_FORMAT, name, json_integer_value(value));
	else
		output_line("%s: %s", name,
			json_is_string(value) ? json_string_value(value) : "-");
}

static void
view_rows(const json_t *rows)
{
	static const struct output_column columns[] = {
		{ "NAME", "name", false, OUTPUT_KEY },
		{ "VALUE", "value", false, OUTPUT_COUNTER },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	const json_t *row;
	size_t i;

	if (fits_table(rows))
		output_table(columns, rows);
	else
		json_array_foreach(rows, i, row)
			print_line(row);
	output_watched(rows);
}

static void
print_scalars(const json_t *array)
{
	json_t *text = joined(array);

	output_line("%s", json_string_value(text));
	json_decref(text);
}

static void
view_list(const json_t *list)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry) {
		json_t *line = json_pack("[O]", entry);

		print_scalars(line);
		json_decref(line);
	}
}

/* Does an array hold scalars alone? */
static bool
is_plain(const json_t *array)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(array, i, entry)
		if (!is_scalar(entry))
			return false;
	return json_is_array(array);
}

/* Texts are one a line, numbers in one; all else is a table of what it holds. */
static void
view(const json_t *value)
{
	const json_t *answer = json_object_get(value, "answer");
	json_t *rows;

	if (is_scalar(answer)) {
		rows = json_pack("[O]", answer);
		print_scalars(rows);
	} else if (json_array_size(answer) + json_object_size(answer) == 0) {
		rows = NULL;
		output_line("empty");
	} else if (is_plain(answer)) {
		rows = NULL;
		if (json_is_string(json_array_get(answer, 0)))
			view_list(answer);
		else
			print_scalars(answer);
	} else {
		rows = json_array();
		add_rows(rows, "", answer);
		view_rows(rows);
	}
	json_decref(rows);
}

static int
run(const struct args *args)
{
	const char *comma;
	char error[512], *question;
	size_t length;
	const char *bytes = args_bytes(args, "path", &length);
	json_t *answer;
	int ret;

	question = strndup(bytes, length);
	if (question == NULL)
		return output_no_memory();
	ret = telemetry_ask(question, exchange_timeout(), &answer, error, sizeof(error));
	if (ret < 0) {
		output_error("%s", error);
		free(question);
		return ret;
	}
	comma = strchr(question, ',');
	output_result("telemetry",
		json_pack("{s:o, s:o, s:o}", "path",
			json_of_bytes(question, strcspn(question, ",")), "params",
			comma != NULL ? json_of_string(comma + 1) : json_null(), "answer",
			answer),
		view);
	free(question);
	return 0;
}

const struct command command_telemetry = {
	.name = "telemetry",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "<path*>", NULL },
	.brief = "ask the group's own DPDK telemetry",
	.detail = "The path, and behind a comma its parameters; telemetry / lists the "
		  "paths, Tab\n"
		  "completes both. The process itself answers, also one in a container: "
		  "all else that\n"
		  "looks reads its memory. The timeout is that of set timeout.",
	.example = "telemetry /mempool/info,MSG_POOL",
	.needs = COMMAND_LOOKS,
	.run = run,
};

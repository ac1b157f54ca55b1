/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols/libsmartcols.h>

#include "base/text.h"
#include "output/output.h"
#include "output/wrap.h"
#include "output/writer.h"

#define RED "\033[31m"
#define PLAIN "\033[0m"
#define CELL_SIZE 256
#define SHORTEST_NAME 8 /* columns that a name in a table is not shortened below */
#define PAGE_WIDTH 80   /* text is wrapped there, or where a narrower terminal ends */
#define KEPT 4          /* results of output_escape() and its like that stay valid */

/* One output a process: every command prints to it. */
static struct {
	struct output_config config;
	char place[256];
	char *kept[KEPT];
	unsigned int next;
} output;

void
output_init(const struct output_config *config)
{
	output.config = *config;
}

void
output_set_color(bool color)
{
	output.config.color = color;
}

void
output_set_json(bool json)
{
	output.config.json = json;
}

bool
output_is_json(void)
{
	return output.config.json;
}

void
output_set_place(const char *place)
{
	snprintf(output.place, sizeof(output.place), "%s", place != NULL ? place : "");
}

/* Keep a string of the heap until four more have come. */
static const char *
keep(char *string)
{
	char **slot = &output.kept[output.next++ % KEPT];

	free(*slot);
	*slot = string;
	return string != NULL ? string : "";
}

const char *
output_escape(const void *bytes, size_t length)
{
	char *escaped = malloc(TEXT_ESCAPED_SIZE(length));

	if (escaped != NULL)
		text_escape(escaped, bytes, length);
	return keep(escaped);
}

const char *
output_duration(uint64_t ns)
{
	char *buf = malloc(TEXT_DURATION_SIZE);

	return keep(buf != NULL ? text_duration(buf, ns) : NULL);
}

/* Write a line that lies in a buffer with room for one more byte. */
static void
put(struct writer *writer, char *line, size_t length)
{
	if (writer == NULL)
		return;
	if (output.config.before != NULL)
		output.config.before();
	line[length] = '\n';
	writer_put(writer, line, length + 1);
}

static void
put_format(struct writer *writer, const char *before, const char *after,
	const char *format, va_list list)
{
	char *text = NULL, *line = NULL;
	int length = vasprintf(&text, format, list);

	if (length >= 0) {
		length = asprintf(&line, "%s%s%s\n", before, text, after);
		if (length >= 0) {
			put(writer, line, length - 1);
			free(line);
		}
		free(text);
	}
}

static void
put_json(struct writer *writer, json_t *document)
{
	/* A terminal gets ASCII alone: what it would obey in UTF-8 is escaped too. */
	size_t flags = JSON_COMPACT | (output.config.is_terminal ? JSON_ENSURE_ASCII : 0);
	char *line = json_dumps(document, flags);
	size_t length;
	char *longer;

	json_decref(document);
	if (line == NULL)
		return;
	length = strlen(line);
	longer = realloc(line, length + 2);
	if (longer != NULL)
		put(writer, longer, length);
	free(longer != NULL ? longer : line);
}

void
output_line(const char *format, ...)
{
	va_list list;

	if (output.config.json)
		return;
	va_start(list, format);
	put_format(output.config.out, "", "", format, list);
	va_end(list);
}

void
output_result(const char *name, json_t *value, void (*view)(const json_t *value))
{
	json_t *document;

	if (!output.config.json) {
		if (view != NULL)
			view(value);
		json_decref(value);
		return;
	}
	document = json_object();
	json_object_set_new(document, name, value);
	put_json(output.config.out, document);
}

void
output_error(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	if (output.config.json) {
		char *text = NULL;

		if (vasprintf(&text, format, list) >= 0) {
			char *placed = NULL;

			if (asprintf(&placed, "%s%s", output.place, text) >= 0) {
				json_t *document = json_object();

				json_object_set_new(
					document, "error", json_string(placed));
				put_json(output.config.err, document);
				free(placed);
			}
			free(text);
		}
	} else {
		char before[sizeof(output.place) + 32];

		snprintf(before, sizeof(before),
			"%s%serror: ", output.config.color ? RED : "", output.place);
		put_format(output.config.err, before, output.config.color ? PLAIN : "",
			format, list);
	}
	va_end(list);
}

void
output_notice(json_t *document, const char *format, ...)
{
	va_list list;

	if (output.config.json) {
		put_json(output.config.out, document);
		return;
	}
	json_decref(document);
	va_start(list, format);
	put_format(output.config.out, "", "", format, list);
	va_end(list);
}

static char *
to_hex(const uint8_t *bytes, size_t length)
{
	char *hex = malloc(length * 2 + 1);
	size_t i;

	if (hex == NULL)
		return NULL;
	hex[0] = '\0';
	for (i = 0; i < length; i++)
		sprintf(hex + i * 2, "%02x", bytes[i]);
	return hex;
}

void
output_set_text(json_t *object, const void *bytes, size_t length)
{
	char *text = malloc(length * 3 + 1);
	size_t text_length;

	if (text == NULL)
		return;
	text_length = text_replace_invalid(text, bytes, length);
	json_object_set_new(object, "text", json_stringn(text, text_length));
	free(text);
	if (!text_is_utf8(bytes, length)) {
		char *hex = to_hex(bytes, length);

		if (hex != NULL)
			json_object_set_new(object, "hex", json_string(hex));
		free(hex);
	}
}

size_t
output_get_text(const json_t *object, uint8_t *bytes, size_t size)
{
	const json_t *text = json_object_get(object, "text");
	const char *hex = json_string_value(json_object_get(object, "hex"));
	size_t i, length = hex != NULL ? strlen(hex) / 2 : json_string_length(text);

	if (length > size)
		length = size;
	if (hex == NULL && length != 0)
		memcpy(bytes, json_string_value(text), length);
	for (i = 0; hex != NULL && i < length; i++) {
		unsigned int byte = 0;

		sscanf(hex + i * 2, "%2x", &byte);
		bytes[i] = byte;
	}
	return length;
}

const char *
output_shown(const json_t *object)
{
	uint8_t bytes[4096]; /* more than any message holds */

	return output_escape(bytes, output_get_text(object, bytes, sizeof(bytes)));
}

/* A table that is painted again and again: what its counters have grown by is shown. */
static struct {
	double seconds; /* between two tables, 0: no watch */
	json_t *last_rows;
} watch;

void
output_watch(double seconds)
{
	watch.seconds = seconds;
	if (seconds == 0) {
		json_decref(watch.last_rows);
		watch.last_rows = NULL;
	}
}

void
output_watched(const json_t *rows)
{
	if (watch.seconds == 0)
		return;
	json_decref(watch.last_rows);
	watch.last_rows = json_incref((json_t *)rows);
}

/* By how much a counter has grown since the table before, if that had the row. */
static bool
is_same_thing(const struct output_column *columns, const json_t *row, const json_t *other)
{
	for (; columns->heading != NULL; columns++)
		if (columns->style == OUTPUT_KEY &&
			!json_equal(json_object_get(row, columns->member),
				json_object_get(other, columns->member)))
			return false;
	return true;
}

static json_int_t
growth(const struct output_column *columns, const json_t *row, const char *member)
{
	json_int_t now = json_integer_value(json_object_get(row, member));
	const json_t *before;
	size_t i;

	json_array_foreach(watch.last_rows, i, before) {
		if (is_same_thing(columns, row, before))
			return now - json_integer_value(json_object_get(before, member));
	}
	return 0;
}

/* What stands in a cell. */
static void
cell_text(const struct output_column *columns, const struct output_column *column,
	const json_t *row, char *buf, size_t size)
{
	const json_t *value = json_object_get(row, column->member);
	char duration[TEXT_DURATION_SIZE];
	json_int_t grown;

	if (json_is_integer(value) && column->style == OUTPUT_DURATION) {
		snprintf(buf, size, "%s",
			text_duration(duration, json_integer_value(value)));
	} else if (json_is_integer(value)) {
		grown = column->style == OUTPUT_COUNTER && watch.seconds > 0
			? growth(columns, row, column->member)
			: 0;
		if (grown != 0)
			snprintf(buf, size, "%" JSON_INTEGER_FORMAT " %+.0f/s",
				json_integer_value(value), grown / watch.seconds);
		else
			snprintf(buf, size, "%" JSON_INTEGER_FORMAT,
				json_integer_value(value));
	} else if (json_is_string(value)) {
		snprintf(buf, size, "%s",
			output_escape(
				json_string_value(value), json_string_length(value)));
	} else {
		snprintf(buf, size, "-");
	}
}

unsigned int
output_width(void)
{
	return output.config.columns != NULL ? output.config.columns() : 0;
}

/* The cells of a table, row by row, and the columns of each that are shown. */
struct cells {
	const struct output_column *columns;
	size_t n_columns, n_rows;
	char (*text)[CELL_SIZE];
	bool *hidden;
	size_t *widths;
};

static char *
cell_at(const struct cells *cells, size_t row, size_t column)
{
	return cells->text[row * cells->n_columns + column];
}

static void
measure(struct cells *cells, size_t column)
{
	size_t width = strlen(cells->columns[column].heading), row;

	for (row = 0; row < cells->n_rows; row++) {
		size_t columns = wrap_columns(cell_at(cells, row, column));

		width = columns > width ? columns : width;
	}
	cells->widths[column] = width;
}

static size_t
table_width(const struct cells *cells)
{
	size_t sum = 0, shown = 0, c;

	for (c = 0; c < cells->n_columns; c++) {
		if (cells->hidden[c])
			continue;
		sum += cells->widths[c];
		shown++;
	}
	return shown == 0 ? 0 : sum + shown - 1;
}

/* Does no row say anything in this column? */
static bool
has_no_content(const struct cells *cells, size_t column)
{
	size_t row;

	for (row = 0; row < cells->n_rows; row++) {
		const char *cell = cell_at(cells, row, column);

		if (strcmp(cell, "-") != 0 && strcmp(cell, "0") != 0 && *cell != '\0')
			return false;
	}
	return true;
}

/* The widest column of text, which is wider than a short name; -1 when there is none. */
static int
widest_text(const struct cells *cells)
{
	int widest = -1;
	size_t c;

	for (c = 0; c < cells->n_columns; c++) {
		if (cells->hidden[c] || cells->columns[c].right ||
			cells->widths[c] <= SHORTEST_NAME)
			continue;
		if (widest < 0 || cells->widths[c] > cells->widths[widest])
			widest = c;
	}
	return widest;
}

/* Columns without content go first, from the right; then names are shortened. */
static void
fit(struct cells *cells, size_t width)
{
	size_t c, row;
	int widest;

	for (c = cells->n_columns; c-- > 0 && table_width(cells) > width;)
		cells->hidden[c] = has_no_content(cells, c);
	while (table_width(cells) > width && (widest = widest_text(cells)) >= 0) {
		for (row = 0; row < cells->n_rows; row++)
			wrap_shorten(
				cell_at(cells, row, widest), cells->widths[widest] - 1);
		cells->widths[widest]--;
	}
}

static void
free_cells(struct cells *cells)
{
	free(cells->text);
	free(cells->hidden);
	free(cells->widths);
}

static int
fill(struct cells *cells, const struct output_column columns[], const json_t *rows)
{
	const json_t *row;
	size_t i, c;

	cells->columns = columns;
	while (columns[cells->n_columns].heading != NULL)
		cells->n_columns++;
	cells->n_rows = json_array_size(rows);
	cells->text = calloc(cells->n_rows * cells->n_columns + 1, CELL_SIZE);
	cells->hidden = calloc(cells->n_columns, sizeof(*cells->hidden));
	cells->widths = calloc(cells->n_columns, sizeof(*cells->widths));
	if (cells->text == NULL || cells->hidden == NULL || cells->widths == NULL)
		return -ENOMEM;
	json_array_foreach(rows, i, row) {
		for (c = 0; c < cells->n_columns; c++)
			cell_text(columns, &columns[c], row, cell_at(cells, i, c),
				CELL_SIZE);
	}
	for (c = 0; c < cells->n_columns; c++)
		measure(cells, c);
	return 0;
}

static struct libscols_table *
new_table(const struct cells *cells, unsigned int width)
{
	struct libscols_table *table = scols_new_table();
	size_t row, c, at;

	if (table == NULL)
		return NULL;
	for (c = 0; c < cells->n_columns; c++) {
		if (!cells->hidden[c])
			scols_table_new_column(table, cells->columns[c].heading, 0,
				cells->columns[c].right ? SCOLS_FL_RIGHT : 0);
	}
	scols_table_enable_noencoding(table, 1); /* cells are safe already */
	scols_table_set_termforce(
		table, width != 0 ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	if (width != 0)
		scols_table_set_termwidth(table, width);
	for (row = 0; row < cells->n_rows; row++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		for (c = 0, at = 0; line != NULL && c < cells->n_columns; c++) {
			if (!cells->hidden[c])
				scols_line_set_data(line, at++, cell_at(cells, row, c));
		}
	}
	return table;
}

static void
print_lines(char *text)
{
	char *save = NULL;
	char *line;

	for (line = strtok_r(text, "\n", &save); line != NULL;
		line = strtok_r(NULL, "\n", &save)) {
		size_t end = strlen(line);

		while (end > 0 && line[end - 1] == ' ')
			end--;
		output_line("%.*s", (int)end, line);
	}
}

void
output_table(const struct output_column columns[], const json_t *rows)
{
	unsigned int width = output_width();
	struct libscols_table *table = NULL;
	struct cells cells = { 0 };
	char *text = NULL;

	if (fill(&cells, columns, rows) == 0) {
		if (width != 0)
			fit(&cells, width);
		table = new_table(&cells, width);
	}
	if (table != NULL && scols_print_table_to_string(table, &text) == 0 &&
		text != NULL)
		print_lines(text);
	free(text);
	scols_unref_table(table);
	free_cells(&cells);
}

static void
print_line(const char *line)
{
	output_line("%s", line);
}

void
output_wrapped(const char *text, const char *first, const char *rest)
{
	unsigned int width = output_width();

	wrap_lines(text, first, rest,
		width == 0 || width > PAGE_WIDTH ? PAGE_WIDTH : width, print_line);
}

void
output_sentence(const char *first, const char *rest, const char *format, ...)
{
	unsigned int width = output_width();
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text == NULL)
		return;
	if (width == 0 || wrap_columns(first) + wrap_columns(text) <= width)
		output_line("%s%s", first, text);
	else
		wrap_lines(text, first, rest, width, print_line);
	free(text);
}

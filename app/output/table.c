/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Prints tables, fitted to the terminal, and how counters grow in a watch. */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "base/text.h"
#include "output/output.h"
#include "output/scols.h"
#include "output/table.h"
#include "output/wrap.h"

#define CELL_SIZE 256
#define SHORTEST_NAME 8 /* columns; a name is not shortened below this */
#define SHORTEST_END 3  /* columns of its end, with the ellipsis, that stay */

/* The watch: a table is printed again and again, with the growth of its counters. */
static struct {
	double seconds;    /* between two tables, 0: no watch */
	json_t *last_rows; /* of the table before */
} watch;

static bool is_lost; /* output_table_is_lost() */

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

/* Are the OUTPUT_KEY cells of two rows equal? */
static bool
has_same_keys(const struct output_column *columns, const json_t *row, const json_t *other)
{
	for (; columns->heading != NULL; columns++)
		if (columns->style == OUTPUT_KEY &&
			!json_equal(json_object_get(row, columns->member),
				json_object_get(other, columns->member)))
			return false;
	return true;
}

/* The growth of a counter since the table before; 0 if that table lacks the row. */
static json_int_t
growth(const struct output_column *columns, const json_t *row, const char *member)
{
	json_int_t now = json_integer_value(json_object_get(row, member));
	const json_t *before;
	size_t i;

	json_array_foreach(watch.last_rows, i, before) {
		if (has_same_keys(columns, row, before))
			return now - json_integer_value(json_object_get(before, member));
	}
	return 0;
}

/* Write the text of a cell into buf. */
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
		snprintf(buf, size, "%.*s", (int)size - 1,
			output_escape(json_string_value(value), json_string_length(value))
				.text);
	} else {
		snprintf(buf, size, "-");
	}
}

/* The cells of a table. */
struct cells {
	/* What the cells say, and what of it is shown. */
	const struct output_column *columns;
	const json_t *rows;
	const char *dim; /* a member that is true of a row that is dim; NULL: none */
	size_t n_columns, n_rows;
	char (*full)[CELL_SIZE]; /* row by row */
	char (*text)[CELL_SIZE]; /* the same, shortened */
	bool *hidden;            /* by column */
	bool *fixed;             /* by column: it cannot be shortened any more */
	size_t *widths;          /* by column, in columns of the terminal */
};

static char *
cell_at(const struct cells *cells, size_t row, size_t column)
{
	return cells->text[row * cells->n_columns + column];
}

static const char *
full_cell_at(const struct cells *cells, size_t row, size_t column)
{
	return cells->full[row * cells->n_columns + column];
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

/* Is every cell of this column "-", 0 or empty? */
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

/* Do cells of this column that say different things look the same? */
static bool
is_ambiguous(const struct cells *cells, size_t column)
{
	json_t *seen = json_object();
	bool found = false;
	size_t row;

	for (row = 0; row < cells->n_rows && !found; row++) {
		const char *shown = cell_at(cells, row, column),
			   *full = full_cell_at(cells, row, column),
			   *other = json_string_value(json_object_get(seen, shown));

		found = other != NULL && strcmp(other, full) != 0;
		json_object_set_new(seen, shown, json_string(full));
	}
	json_decref(seen);
	return found;
}

static void
shorten_at(struct cells *cells, size_t column, size_t width, size_t head)
{
	size_t row;

	for (row = 0; row < cells->n_rows; row++) {
		char *cell = cell_at(cells, row, column);

		strcpy(cell, full_cell_at(cells, row, column));
		if (cells->columns[column].style == OUTPUT_NUMBERS)
			wrap_shorten_list(cell, width, head);
		else
			wrap_shorten(cell, width, head);
	}
	cells->widths[column] = width;
}

/*
 * Shorten the cells of a column to width, so that they stay different from each other:
 * in their middle, else as near to it as that needs. Returns false if it cannot be.
 */
static bool
shorten(struct cells *cells, size_t column, size_t width)
{
	size_t middle = (width - 1) / 2, away, before = cells->widths[column];

	for (away = 0; away <= middle; away++) {
		shorten_at(cells, column, width, middle - away);
		if (!is_ambiguous(cells, column))
			return true;
		if (middle + away + SHORTEST_END >= width)
			continue;
		shorten_at(cells, column, width, middle + away);
		if (!is_ambiguous(cells, column))
			return true;
	}
	shorten_at(cells, column, before, (before - 1) / 2);
	return false;
}

/* The widest shown column of text that may be shortened, or -1. */
static int
widest_text(const struct cells *cells)
{
	int widest = -1;
	size_t c;

	for (c = 0; c < cells->n_columns; c++) {
		if (cells->hidden[c] || cells->columns[c].right || cells->fixed[c] ||
			cells->widths[c] <= SHORTEST_NAME ||
			cells->widths[c] <= strlen(cells->columns[c].heading))
			continue;
		if (widest < 0 || cells->widths[c] > cells->widths[widest])
			widest = c;
	}
	return widest;
}

/* Hide columns without content, from the right; then shorten names. */
static void
fit(struct cells *cells, size_t width)
{
	size_t c;
	int widest;

	for (c = cells->n_columns; c-- > 0 && table_width(cells) > width;)
		cells->hidden[c] = has_no_content(cells, c);
	while (table_width(cells) > width && (widest = widest_text(cells)) >= 0)
		cells->fixed[widest] = !shorten(cells, widest, cells->widths[widest] - 1);
}

/* Is this one of the columns by which a row is known: those of keys, else the first? */
static bool
is_key(const struct output_column columns[], size_t column)
{
	size_t c;

	for (c = 0; columns[c].heading != NULL; c++)
		if (columns[c].style == OUTPUT_KEY)
			return columns[column].style == OUTPUT_KEY;
	return column == 0;
}

/*
 * Hide what is too wide behind the columns from *next on, and those before it but the
 * keys. Moves *next to the first column that is not shown yet. Returns false if there is
 * none any more.
 */
static bool
show_part(struct cells *cells, const bool *left_out, size_t *next, size_t width)
{
	bool any = false;
	size_t c;

	for (c = 0; c < cells->n_columns; c++)
		cells->hidden[c] = left_out[c] || !is_key(cells->columns, c);
	for (c = *next; c < cells->n_columns; c++) {
		if (!cells->hidden[c] || left_out[c])
			continue;
		cells->hidden[c] = false;
		if (any && table_width(cells) > width) {
			cells->hidden[c] = true;
			break;
		}
		any = true;
	}
	*next = c;
	return any;
}

static void
free_cells(struct cells *cells)
{
	free(cells->full);
	free(cells->text);
	free(cells->hidden);
	free(cells->fixed);
	free(cells->widths);
}

static int
fill(struct cells *cells, const struct output_column columns[], const json_t *rows)
{
	const json_t *row;
	size_t i, c;

	cells->columns = columns;
	cells->rows = rows;
	while (columns[cells->n_columns].heading != NULL)
		cells->n_columns++;
	cells->n_rows = json_array_size(rows);
	cells->full = memory_zeroed((cells->n_rows * cells->n_columns + 1) * CELL_SIZE);
	cells->text = memory_zeroed((cells->n_rows * cells->n_columns + 1) * CELL_SIZE);
	cells->hidden = memory_zeroed(cells->n_columns * sizeof(*cells->hidden));
	cells->fixed = memory_zeroed(cells->n_columns * sizeof(*cells->fixed));
	cells->widths = memory_zeroed(cells->n_columns * sizeof(*cells->widths));
	if (cells->full == NULL || cells->text == NULL || cells->hidden == NULL ||
		cells->fixed == NULL || cells->widths == NULL)
		return -ENOMEM;
	json_array_foreach(rows, i, row) {
		for (c = 0; c < cells->n_columns; c++)
			cell_text(columns, &columns[c], row, cell_at(cells, i, c),
				CELL_SIZE);
	}
	memcpy(cells->full, cells->text,
		cells->n_rows * cells->n_columns * sizeof(*cells->full));
	for (c = 0; c < cells->n_columns; c++)
		measure(cells, c);
	return 0;
}

static struct libscols_table *
new_table(const struct scols_calls *scols, const struct cells *cells, unsigned int width)
{
	struct libscols_table *table = scols->new_table();
	size_t row, c, at;

	if (table == NULL)
		return NULL;
	for (c = 0; c < cells->n_columns; c++) {
		if (!cells->hidden[c])
			scols->table_new_column(table, cells->columns[c].heading, 0,
				cells->columns[c].right ? SCOLS_FL_RIGHT : 0);
	}
	scols->table_enable_noencoding(table, 1); /* the cells are escaped already */
	scols->table_set_termforce(
		table, width != 0 ? SCOLS_TERMFORCE_ALWAYS : SCOLS_TERMFORCE_NEVER);
	if (width != 0)
		scols->table_set_termwidth(table, width);
	for (row = 0; row < cells->n_rows; row++) {
		struct libscols_line *line = scols->table_new_line(table, NULL);

		for (c = 0, at = 0; line != NULL && c < cells->n_columns; c++) {
			if (!cells->hidden[c])
				scols->line_set_data(line, at++, cell_at(cells, row, c));
		}
	}
	return table;
}

static bool
is_dim(const struct cells *cells, size_t row)
{
	return cells->dim != NULL &&
		json_is_true(
			json_object_get(json_array_get(cells->rows, row), cells->dim));
}

/* The first line is the headings, each other one a row. */
static void
print_lines(const struct cells *cells, char *text)
{
	size_t n;
	char *line;

	for (n = 0; (line = strsep(&text, "\n")) != NULL; n++) {
		size_t end = strlen(line);

		if (end == 0)
			continue;
		while (end > 0 && line[end - 1] == ' ')
			line[--end] = '\0';
		if (n > 0 && is_dim(cells, n - 1))
			output_dim_line(line);
		else
			output_line("%s", line);
	}
}

static int
print_table(const struct cells *cells, unsigned int width)
{
	const struct scols_calls *scols = scols_load();
	struct libscols_table *table;
	char *text = NULL;
	int ret = -ENOMEM;

	if (scols == NULL)
		return -ENOENT;
	table = new_table(scols, cells, width);
	if (table != NULL && scols->print_table_to_string(table, &text) == 0)
		ret = 0;
	if (text != NULL)
		print_lines(cells, text);
	free(text);
	scols->unref_table(table);
	return ret;
}

/* Print a table that is still too wide as several, each with the columns of the keys. */
static int
print_parts(struct cells *cells, unsigned int width)
{
	bool *left_out = memory_get(cells->n_columns * sizeof(*left_out));
	size_t next = 0;
	int ret = left_out != NULL ? 0 : -ENOMEM;

	if (ret == 0)
		memcpy(left_out, cells->hidden, cells->n_columns * sizeof(*left_out));
	while (ret == 0 && show_part(cells, left_out, &next, width))
		ret = print_table(cells, width);
	free(left_out);
	return ret;
}

void
output_table_dimming(
	const struct output_column columns[], const json_t *rows, const char *dim)
{
	unsigned int width = output_width();
	struct cells cells = { .dim = dim };
	int ret = fill(&cells, columns, rows);

	if (ret == 0 && width != 0)
		fit(&cells, width);
	if (ret == 0)
		ret = width != 0 && table_width(&cells) > width
			? print_parts(&cells, width)
			: print_table(&cells, width);
	if (ret == -ENOENT)
		output_error("no table can be shown: " SCOLS_LIBRARY " cannot be loaded; "
			     "it is util-linux's, and set json on does without it");
	else if (ret < 0)
		output_no_memory();
	is_lost = is_lost || ret < 0;
	free_cells(&cells);
}

void
output_table(const struct output_column columns[], const json_t *rows)
{
	output_table_dimming(columns, rows, NULL);
}

bool
output_table_is_lost(void)
{
	bool lost = is_lost;

	is_lost = false;
	return lost;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Prints tables, fitted to the terminal, and the growth of their counters in a watch.
 * Main thread.
 */

#ifndef MPSH_OUTPUT_TABLE_H
#define MPSH_OUTPUT_TABLE_H

#include <stdbool.h>

#include <jansson.h>

enum output_style {
	OUTPUT_PLAIN,
	OUTPUT_KEY,      /* plain; rows of equal keys in two tables are the same row */
	OUTPUT_DURATION, /* a number of ns, shown by text_duration() */
	OUTPUT_NUMBERS,  /* text with numbers that are not cut: pids, CPUs */
	OUTPUT_COUNTER,  /* a number, in a watch with its growth per second */
};

/* A column of a table. */
struct output_column {
	const char *heading;
	const char *member; /* of a row's object, shown in this column */
	bool right;         /* aligned right */
	enum output_style style;
};

/*
 * Begin a watch: from now on counters are shown with their growth per second since the
 * last output_watched(), which was seconds ago. seconds 0 ends the watch.
 */
void output_watch(double seconds);

/* In a watch, keep a reference to rows, which the next tables are compared with. */
void output_watched(const json_t *rows);

/*
 * Print rows, an array of objects, as a table. columns ends with a NULL heading. On a
 * terminal that is too narrow, columns of nothing but "-" or 0 are left out, from the
 * right, then names are shortened in their middle, but stay different from each other;
 * what is still too wide is printed as several tables, each with the columns of keys, or
 * the first.
 */
void output_table(const struct output_column columns[], const json_t *rows);

/* The same, with those rows dim whose member dim is true (output_dim_line()). */
void output_table_dimming(
	const struct output_column columns[], const json_t *rows, const char *dim);

/* Was there a table since the last call that could not be shown, as its error says? */
bool output_table_is_lost(void);

#endif

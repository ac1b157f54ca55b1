/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Tables: columns, what changes between two paintings, and how they are fitted to the
 * terminal.
 */

#ifndef MPSH_OUTPUT_TABLE_H
#define MPSH_OUTPUT_TABLE_H

#include <stdbool.h>

#include <jansson.h>

enum output_style {
	OUTPUT_PLAIN,
	OUTPUT_KEY,      /* plain; rows with the same keys tell of the same thing */
	OUTPUT_DURATION, /* of ns */
	OUTPUT_COUNTER,  /* with its rate beside it in a watch */
};

/* A column of a table: its heading, the member of the row shown in it, how. */
struct output_column {
	const char *heading;
	const char *member;
	bool right; /* aligned right */
	enum output_style style;
};

/*
 * From now on counters are shown with what they have grown by a second since the rows
 * that output_watched() was given last, seconds having passed since. 0 ends that.
 */
void output_watch(double seconds);

/* In a watch: what the next tables are compared with. rows is kept. */
void output_watched(const json_t *rows);

/*
 * rows (an array of objects) as a table with these columns, ended by a NULL heading. On a
 * terminal that is too narrow, columns in which no row has anything but "-" or 0 are left
 * out, from the right, and then names are shortened in their middle.
 */
void output_table(const struct output_column columns[], const json_t *rows);

#endif

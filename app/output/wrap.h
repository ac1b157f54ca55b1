/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Text in columns: how wide it is, broken at words, and shortened. Any thread. */

#ifndef MPSH_OUTPUT_WRAP_H
#define MPSH_OUTPUT_WRAP_H

#include <stddef.h>

/* The columns that printable UTF-8 takes on a terminal; a byte that is none takes one. */
size_t wrap_columns(const char *text);

/*
 * Give text line by line to put(): each line at most width columns with its indent,
 * broken at blanks, but not at those within [ ]. A newline in text is a blank. first goes
 * before the first line, rest before the others; a word wider than the room has a line
 * alone.
 */
void wrap_lines(const char *text, const char *first, const char *rest, size_t width,
	void (*put)(const char *line));

/*
 * Shorten text, printable UTF-8, in place to at most width columns: of its middle an
 * ellipsis is left, since names tend to differ at either end. width is at least 1.
 */
void wrap_shorten(char *text, size_t width);

#endif

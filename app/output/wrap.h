/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Measures text in columns of the terminal, breaks it at words, and shortens it. Any
 * thread.
 */

#ifndef MPSH_OUTPUT_WRAP_H
#define MPSH_OUTPUT_WRAP_H

#include <stddef.h>

/* The columns that printable UTF-8 takes; a byte that is not UTF-8 counts as one. */
size_t wrap_columns(const char *text);

/*
 * The rows that text takes on a terminal of width columns, at least 2. Colours of this
 * program's own, ESC [ ... m, take no column.
 */
size_t wrap_rows(const char *text, size_t width);

/*
 * Break text into lines and call put() for each. first stands before the first line,
 * rest before each other line; with it a line takes at most width columns, but a word
 * that is wider has a line of its own. Lines are broken at blanks and newlines, but not
 * within [ ].
 */
void wrap_lines(const char *text, const char *first, const char *rest, size_t width,
	void (*put)(const char *line));

/*
 * Shorten text, printable UTF-8, in place to at most width columns, at least 1. An
 * ellipsis replaces what is behind the first head columns; head is less than width, and
 * half of it for the middle, since names tend to differ at their ends. The buffer
 * needs room for one more byte than text: the ellipsis may be longer than what it
 * replaces.
 */
void wrap_shorten(char *text, size_t width, size_t head);

/*
 * The same for numbers with text between or behind them: none is cut, each is there whole
 * or not at all; the first stays where it fits.
 */
void wrap_shorten_list(char *text, size_t width, size_t head);

#endif

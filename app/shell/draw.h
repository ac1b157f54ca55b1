/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The line on the screen: what fits, where the cursor stands. */

#ifndef MPSH_SHELL_DRAW_H
#define MPSH_SHELL_DRAW_H

#include <stddef.h>

struct editor;

/*
 * Draw prompt and line for a terminal of columns columns into a buffer on the heap
 * that the caller frees (*len bytes; NULL if memory is short). It assumes the
 * cursor on the first column of the first row to be used and clears to the end of
 * the screen first (ESC[J). Characters that are not printable are shown as ^X or
 * \xNN, characters of two columns are never split, the prompt may be coloured by
 * the given SGR strings (or "" for none). *cursor_row gets the row, from 0, on
 * which the cursor was left.
 */
char *editor_draw(const struct editor *e, const char *prompt, const char *color,
	const char *color_end, unsigned int columns, size_t *len,
	unsigned int *cursor_row);

/* The row that the cursor would be on at another width: for a resize. */
unsigned int editor_cursor_row(
	const struct editor *e, const char *prompt, unsigned int columns);

#endif

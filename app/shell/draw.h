/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Drawing the line that is typed, and finding the cursor's row. */

#ifndef MPSH_SHELL_DRAW_H
#define MPSH_SHELL_DRAW_H

#include <stddef.h>

struct editor;

/*
 * Draw prompt and line for a terminal of columns columns. Returns a buffer of *len
 * bytes that the caller frees, or NULL if memory is short. The terminal's cursor must
 * be on the first column of the first row of the drawing, which first clears to the end
 * of the screen. Characters that are not printable are shown as ^X or \xNN; characters
 * of two columns are never split. color and color_end are SGR sequences around the
 * prompt, or "". *cursor_row gets the row of the drawing, from 0, on which the cursor
 * is left.
 */
char *editor_draw(const struct editor *e, const char *prompt, const char *color,
	const char *color_end, unsigned int columns, size_t *len,
	unsigned int *cursor_row);

/*
 * For a resize: the row, from 0, that the cursor is on when the terminal has wrapped
 * the line, as last drawn, to columns columns.
 */
unsigned int editor_cursor_row(
	const struct editor *e, const char *prompt, unsigned int columns);

#endif

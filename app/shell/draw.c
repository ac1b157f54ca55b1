/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Drawing the line that is typed, and finding the cursor's row. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "shell/draw.h"
#include "shell/editor_state.h"
#include "shell/keys.h"

/* What is written to the terminal, and where that leaves the terminal's cursor. */
struct canvas {
	char *buf; /* NULL: measure only */
	size_t len;
	unsigned int columns;
	unsigned int row;
	unsigned int col;        /* if equal to columns, the next character wraps */
	unsigned int cursor_row; /* where the line's cursor is to be shown */
	unsigned int cursor_col;
	bool filled; /* the line ends at the right edge, so lay_out() added a blank */
};

static void
put_bytes(struct canvas *canvas, const char *bytes, size_t len)
{
	if (canvas->buf != NULL)
		memcpy(canvas->buf + canvas->len, bytes, len);
	canvas->len += len;
}

/* Go to the next row if a character of this width does not fit on this one. */
static void
make_room(struct canvas *canvas, unsigned int width)
{
	/*
	 * Nothing is written: the terminal wraps by itself, and so knows that the rows
	 * are one line.
	 */
	if (canvas->col + width > canvas->columns) {
		canvas->row++;
		canvas->col = 0;
	}
}

static void
put_char(struct canvas *canvas, const char *bytes, size_t len, unsigned int width)
{
	make_room(canvas, width);
	canvas->col += width;
	put_bytes(canvas, bytes, len);
}

static void
mark_cursor(struct canvas *canvas, unsigned int width)
{
	/* A combining mark (width 0) has no column of its own. */
	if (width != 0)
		make_room(canvas, width);
	canvas->cursor_row = canvas->row;
	canvas->cursor_col =
		canvas->col < canvas->columns ? canvas->col : canvas->columns - 1;
}

/* Put text, and mark the cursor at byte offset cursor (SIZE_MAX: not in this text). */
static void
put_text(struct canvas *canvas, const char *text, size_t len, size_t cursor)
{
	size_t pos, n, i;
	uint32_t cp;

	for (pos = 0; pos < len; pos += n) {
		const char *s = text + pos;
		bool printable;

		n = text_utf8_decode((const uint8_t *)s, len - pos, &cp);
		printable = n != 0 && text_is_printable(cp);
		if (n == 0)
			n = 1;
		if (cursor >= pos && cursor < pos + n)
			mark_cursor(canvas, printable ? text_width(cp) : 1);
		if (printable) {
			put_char(canvas, s, n, text_width(cp));
		} else if ((unsigned char)*s < ' ' || *s == DEL) {
			char shown = *s ^ 0x40;

			put_char(canvas, "^", 1, 1);
			put_char(canvas, &shown, 1, 1);
		} else {
			for (i = 0; i < n; i++) {
				char hex[3];

				text_hex(hex, (const uint8_t *)s + i, 1);
				put_char(canvas, "\\", 1, 1);
				put_char(canvas, "x", 1, 1);
				put_char(canvas, hex, 1, 1);
				put_char(canvas, hex + 1, 1, 1);
			}
		}
	}
}

static void
lay_out(struct canvas *canvas, const struct editor *e, const char *prompt,
	const char *color, const char *color_end)
{
	put_bytes(canvas, color, strlen(color));
	put_text(canvas, prompt, strlen(prompt), SIZE_MAX);
	put_bytes(canvas, color_end, strlen(color_end));
	put_text(canvas, e->text, e->len, e->cursor);
	if (canvas->col == canvas->columns) {
		/*
		 * After a character in the last column the terminal's cursor stays
		 * there until the next character. A blank brings the cursor to the next
		 * row. "\r\n" would too, but then the terminal takes the next row for a
		 * line of its own when it wraps anew at a resize.
		 */
		put_char(canvas, " ", 1, 1);
		put_bytes(canvas, "\r", 1);
		canvas->col = 0;
		canvas->filled = true;
	}
	if (e->cursor == e->len)
		mark_cursor(canvas, 0);
}

static void
put_move(struct canvas *canvas, unsigned int n, char direction)
{
	char move[16];
	int length = snprintf(move, sizeof(move), "\033[%u%c", n, direction);

	if (n != 0)
		put_bytes(canvas, move, length);
}

static unsigned int
usable(unsigned int columns)
{
	/* 0 columns: the width is unknown. A wide character needs 2 columns. */
	return columns == 0 ? 80 : columns == 1 ? 2 : columns;
}

/*
 * Clears from the cursor to the end of the screen. ESC [J in the first cell of the
 * screen makes tmux put a copy of the screen into its history, at each key while the
 * prompt is on the top row; so ESC [J is sent from the second column, after a blank.
 * ESC [K makes the terminal forget that the row was continued on the next row, which
 * would show at a resize.
 */
static const char clear_below[] = "\033[K \033[J\r";

char *
editor_draw(const struct editor *e, const char *prompt, const char *color,
	const char *color_end, unsigned int columns, size_t *len,
	unsigned int *cursor_row)
{
	struct canvas canvas = { .columns = usable(columns) };

	/* A byte is drawn as 4 at most (\xNN); 64 are for clearing and cursor moves. */
	canvas.buf = memory_get(
		4 * (strlen(prompt) + e->len) + strlen(color) + strlen(color_end) + 64);
	if (canvas.buf == NULL)
		return NULL;
	put_bytes(&canvas, clear_below, sizeof(clear_below) - 1);
	lay_out(&canvas, e, prompt, color, color_end);
	if (canvas.row != canvas.cursor_row || canvas.col != canvas.cursor_col) {
		put_move(&canvas, canvas.row - canvas.cursor_row, 'A');
		put_bytes(&canvas, "\r", 1);
		put_move(&canvas, canvas.cursor_col, 'C');
	}
	*e->drawn_columns = columns;
	*len = canvas.len;
	*cursor_row = canvas.cursor_row;
	return canvas.buf;
}

unsigned int
editor_cursor_row(const struct editor *e, const char *prompt, unsigned int columns)
{
	struct canvas canvas = { .columns = usable(columns) };
	struct canvas drawn = { .columns = usable(*e->drawn_columns) };

	lay_out(&canvas, e, prompt, "", "");
	if (!canvas.filled || e->cursor != e->len)
		return canvas.cursor_row;
	/*
	 * At this width the line ends at the right edge. If it did not at the width for
	 * which it was drawn, no blank was drawn after it, and the terminal's cursor is
	 * still on the line's last row.
	 */
	lay_out(&drawn, e, prompt, "", "");
	return drawn.filled ? canvas.cursor_row : canvas.cursor_row - 1;
}

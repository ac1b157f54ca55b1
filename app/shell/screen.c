/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What stands on the terminal of prompt and line, and how it is changed. */

#include <stdio.h>
#include <string.h>

#include "shell/screen.h"

static void
put(struct screen *screen, const char *bytes, size_t length)
{
	if (length > sizeof(screen->out) - screen->out_length)
		return; /* no drawing is that long */
	memcpy(screen->out + screen->out_length, bytes, length);
	screen->out_length += length;
}

static void
put_string(struct screen *screen, const char *s)
{
	put(screen, s, strlen(s));
}

/* ESC [ n letter */
static void
put_sequence(struct screen *screen, unsigned int n, char letter)
{
	char sequence[16];

	if (n != 0)
		put(screen, sequence,
			snprintf(sequence, sizeof(sequence), "\033[%u%c", n, letter));
}

static void
put_blanks(struct screen *screen, unsigned int n)
{
	while (n-- != 0)
		put(screen, " ", 1);
}

static unsigned int
height(const struct screen *screen)
{
	return screen->size.dumb || screen->size.rows == 0 ? 1 : screen->size.rows;
}

/* Write the glyphs of wanted from this one on, down to a row. */
static void
put_glyphs(struct screen *screen, unsigned int from, unsigned int last_row)
{
	const struct picture *picture = &screen->wanted;
	unsigned int i;

	for (i = from; i < picture->n && picture->glyphs[i].place.row <= last_row; i++) {
		const struct glyph *glyph = &picture->glyphs[i];

		/* A wide character that does not fit leaves the row's last cell. */
		if (glyph->place.row > screen->at.row &&
			screen->at.col < picture->columns) {
			if (screen->size.dumb)
				put(screen, " ", 1);
			else
				put_string(screen, "\033[K");
		}
		if (i == 0)
			put_string(screen, screen->color);
		put(screen, picture->bytes + glyph->at, glyph->length);
		screen->at = glyph->place;
		screen->at.col += glyph->width;
		if (i + 1 == picture->n_prompt)
			put_string(screen, screen->color_end);
	}
	if (i == picture->n && picture->filled && picture->end.row <= last_row) {
		/*
		 * After a character in the last column the terminal's cursor stays
		 * there until the next character. A blank brings the cursor to the next
		 * row. "\r\n" would too, but then the terminal takes the next row for a
		 * line of its own when it wraps anew at a resize.
		 */
		put(screen, " \r", 2);
		screen->at = picture->end;
	}
}

/* On a dumb terminal: move within the row, to the right by writing what is there. */
static void
move_in_row(struct screen *screen, unsigned int col)
{
	const struct picture *picture = &screen->wanted;
	unsigned int i;

	if (screen->at.col == picture->columns && col != screen->at.col) {
		put(screen, "\r", 1);
		screen->at.col = 0;
	}
	for (; screen->at.col > col; screen->at.col--)
		put(screen, "\b", 1);
	for (i = 0; i < picture->n; i++) {
		const struct glyph *glyph = &picture->glyphs[i];

		if (glyph->place.row != screen->at.row ||
			glyph->place.col < screen->at.col || glyph->place.col >= col)
			continue;
		put(screen, picture->bytes + glyph->at, glyph->length);
		screen->at.col = glyph->place.col + glyph->width;
	}
}

static void
move_to(struct screen *screen, struct place to)
{
	if (screen->size.dumb) {
		move_in_row(screen, to.col);
		return;
	}
	if (screen->at.row == to.row && screen->at.col == to.col)
		return;
	/* Terminals differ in how they move from behind the last column. */
	if (to.col == 0 || screen->at.col == screen->wanted.columns) {
		put(screen, "\r", 1);
		screen->at.col = 0;
	}
	if (to.row < screen->at.row)
		put_sequence(screen, screen->at.row - to.row, 'A');
	else
		put_sequence(screen, to.row - screen->at.row, 'B');
	if (to.col + 1 == screen->at.col)
		put(screen, "\b", 1);
	else if (to.col < screen->at.col)
		put_sequence(screen, screen->at.col - to.col, 'D');
	else
		put_sequence(screen, to.col - screen->at.col, 'C');
	screen->at = to;
}

/* Where what is shown ends on the terminal, down to a row. */
static struct place
shown_end(const struct screen *screen, unsigned int last_row)
{
	struct place end = screen->shown.end;

	if (end.row > last_row) {
		end.row = last_row;
		end.col = screen->shown.columns;
	}
	return end;
}

/* Take off what was shown behind the cursor. */
static void
clear_rest(struct screen *screen, unsigned int last_row)
{
	struct place end = shown_end(screen, last_row);

	if (end.row < screen->at.row ||
		(end.row == screen->at.row && end.col <= screen->at.col))
		return;
	if (screen->size.dumb) {
		put_blanks(screen, end.col - screen->at.col);
		screen->at.col = end.col;
		return;
	}
	/*
	 * ESC [J in the first cell of the screen makes tmux put a copy of the screen into
	 * its history; so it is sent behind a blank. ESC [K makes the terminal forget
	 * that the row was continued on the next row, which would show at a resize.
	 */
	if (screen->at.col < screen->wanted.columns)
		put_string(screen, "\033[K");
	if (end.row > screen->at.row) {
		if (screen->at.col == 0) {
			put(screen, " ", 1);
			screen->at.col++;
		}
		put_string(screen, "\033[J");
	}
}

static void
draw_whole(struct screen *screen)
{
	const struct picture *picture = &screen->wanted;
	unsigned int rows = picture->end.row + 1, row = picture->cursor.row;

	if (screen->size.dumb) {
		screen->at = (struct place){ 0, 0 };
		put_glyphs(screen, 0, row);
		screen->top = row;
	} else {
		if (rows <= height(screen))
			screen->top = 0;
		else if (screen->top > rows - height(screen))
			screen->top = rows - height(screen);
		if (row < screen->top)
			screen->top = row;
		if (row >= screen->top + height(screen))
			screen->top = row - height(screen) + 1;
		screen->at = (struct place){ screen->top, 0 };
		put_glyphs(screen, picture_first_on(picture, screen->top),
			screen->top + height(screen) - 1);
	}
	move_to(screen, picture->cursor);
}

/* Change what differs. Returns false if that cannot be done from where the cursor is. */
static bool
draw_difference(struct screen *screen)
{
	const struct picture *picture = &screen->wanted;
	unsigned int first = picture_common(&screen->shown, picture);
	unsigned int last_row = screen->top + height(screen) - 1;
	bool same = first == picture->n && first == screen->shown.n;
	struct place from;

	if (same) {
		if (picture->cursor.row < screen->top || picture->cursor.row > last_row)
			return false;
		move_to(screen, picture->cursor);
		return true;
	}
	if (first < picture->n_prompt)
		first = 0; /* its colours are not in the glyphs */
	from = picture_before(picture, first);
	if (first == screen->shown.n && from.row == screen->at.row &&
		from.col == screen->at.col && picture->at_cursor == picture->n) {
		/* Written on at the end: the terminal scrolls by itself. */
		put_glyphs(screen, first, picture->end.row);
		if (picture->end.row > last_row)
			screen->top = picture->end.row - height(screen) + 1;
		return true;
	}
	if (picture->cursor.row < screen->top || picture->cursor.row > last_row ||
		from.row < screen->top)
		return false;
	if (from.row <= last_row) {
		move_to(screen, from);
		put_glyphs(screen, first, last_row);
		clear_rest(screen, last_row);
	}
	move_to(screen, picture->cursor);
	return true;
}

void
screen_draw(struct screen *screen, const char *prompt, const char *line, size_t length,
	size_t cursor)
{
	picture_make(&screen->wanted, prompt, line, length, cursor, screen->size.columns);
	if (!screen->drawn) {
		draw_whole(screen);
	} else if (!draw_difference(screen)) {
		screen_hide(screen);
		draw_whole(screen);
	}
	screen->shown = screen->wanted;
	screen->drawn = true;
}

void
screen_hide(struct screen *screen)
{
	if (!screen->drawn)
		return;
	screen->drawn = false;
	put(screen, "\r", 1);
	if (screen->size.dumb) {
		struct place end = shown_end(screen, screen->at.row);

		put_blanks(screen, end.col);
		put(screen, "\r", 1);
		return;
	}
	if (screen->at.row > screen->top)
		put_sequence(screen, screen->at.row - screen->top, 'A');
	put_string(screen, "\033[K \033[J\r"); /* see clear_rest() */
}

void
screen_leave(struct screen *screen)
{
	screen->drawn = false;
	screen->top = 0;
}

void
screen_resize(struct screen *screen, const struct screen_size *size)
{
	struct picture *shown = &screen->shown;
	unsigned int first = picture_first_on(shown, screen->top), row;
	bool was_filled = shown->filled;

	if (size->columns == screen->size.columns && size->rows == screen->size.rows)
		return;
	screen->size = *size;
	if (!screen->drawn || size->dumb) {
		if (screen->drawn)
			put(screen, "\n", 1);
		screen_leave(screen);
		return;
	}
	picture_flow(shown, size->columns);
	row = shown->cursor.row;
	/*
	 * At this width the line ends at the right edge. If it did not at the width for
	 * which it was drawn, no blank was drawn behind it, and the terminal's cursor is
	 * still on the line's last row.
	 */
	if (shown->filled && !was_filled && shown->at_cursor == shown->n)
		row--;
	screen->at.row = row;
	screen->top = first < shown->n ? shown->glyphs[first].place.row : row;
	if (row - screen->top >= height(screen))
		screen->top = row - height(screen) + 1;
	screen_hide(screen);
	screen->top = 0;
}

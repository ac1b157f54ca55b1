/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the prompt writes, seen on a terminal of the test's own. */

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "shell/screen.h"

#define HANG_SECONDS 300 /* under valgrind, on a busy host */
#define ROWS 60
#define COLUMNS 90

struct cell {
	char bytes[12]; /* "" blank; a character with its combining marks */
	bool second;    /* of a wide character */
};

struct terminal {
	struct cell cells[ROWS][COLUMNS];
	unsigned int columns, rows, row, col;
	bool pending; /* on the last column, which is written */
	bool dumb;    /* an escape sequence fails the test */
	unsigned int scrolled;
	char colors[100];
};

static struct terminal terminal;
static struct screen screen;

/* Rows above the drawing have K in each cell, those below #. */
static void
reset_terminal(unsigned int columns, unsigned int rows, unsigned int row, bool dumb)
{
	unsigned int i, j;

	memset(&terminal, 0, sizeof(terminal));
	terminal.columns = columns;
	terminal.rows = rows;
	terminal.row = row;
	terminal.dumb = dumb;
	for (i = 0; i < row; i++)
		for (j = 0; j < columns; j++)
			strcpy(terminal.cells[i][j].bytes, "K");
	memset(&screen, 0, sizeof(screen));
	screen.color = "";
	screen.color_end = "";
	screen.size = (struct screen_size){ columns, rows, dumb };
}

static void
next_row(struct terminal *t)
{
	t->col = 0;
	t->pending = false;
	if (t->row + 1 < t->rows) {
		t->row++;
		return;
	}
	memmove(t->cells[0], t->cells[1], (t->rows - 1) * sizeof(t->cells[0]));
	memset(t->cells[t->rows - 1], 0, sizeof(t->cells[0]));
	t->scrolled++;
}

static void
show_char(struct terminal *t, const char *s, unsigned int n, unsigned int width)
{
	struct cell *cell;

	if (width == 0) {
		unsigned int col = t->pending ? t->col : t->col - 1;

		if (t->cells[t->row][col].second)
			col--;
		strncat(t->cells[t->row][col].bytes, s, n);
		return;
	}
	if (t->pending)
		next_row(t);
	if (t->col + width > t->columns)
		next_row(t);
	cell = &t->cells[t->row][t->col];
	if (cell->second)
		memset(cell - 1, 0, sizeof(*cell));
	memset(cell, 0, width * sizeof(*cell));
	if (n != 1 || *s != ' ')
		memcpy(cell->bytes, s, n);
	if (width == 2)
		cell[1].second = true;
	if (t->col + width < t->columns && cell[width].second)
		memset(cell + width, 0, sizeof(*cell));
	t->col += width;
	if (t->col == t->columns) {
		t->col--;
		t->pending = true;
	}
}

static void
clear_cells(struct terminal *t, unsigned int row, unsigned int col)
{
	memset(&t->cells[row][col], 0, (t->columns - col) * sizeof(struct cell));
}

/* The sequence of this letter with this number. */
static void
obey(struct terminal *t, char letter, unsigned int number)
{
	unsigned int row;

	assert_false(t->dumb);
	switch (letter) {
	case 'A':
		assert_true(number >= 1 && number <= t->row);
		t->row -= number;
		break;
	case 'B':
		assert_true(number >= 1 && t->row + number < t->rows);
		t->row += number;
		break;
	case 'C':
		assert_true(number >= 1 && t->col + number < t->columns);
		t->col += number;
		break;
	case 'D':
		assert_true(number >= 1 && number <= t->col);
		t->col -= number;
		break;
	case 'K':
		clear_cells(t, t->row, t->col);
		break;
	case 'J':
		clear_cells(t, t->row, t->col);
		for (row = t->row + 1; row < t->rows; row++)
			clear_cells(t, row, 0);
		break;
	case 'm':
		snprintf(t->colors + strlen(t->colors), 20, "%u at %u,%u;", number,
			t->row, t->col);
		break;
	default:
		fail_msg("unknown sequence %c", letter);
	}
	t->pending = false;
}

static void
show(struct terminal *t, const char *bytes, size_t len)
{
	size_t i = 0;

	while (i < len) {
		unsigned int n, number = 0;
		uint32_t cp;

		switch (bytes[i]) {
		case '\r':
			t->col = 0;
			t->pending = false;
			i++;
			continue;
		case '\n':
			next_row(t);
			i++;
			continue;
		case '\b':
			assert_true(t->col != 0 && !t->pending);
			t->col--;
			i++;
			continue;
		case '\033':
			break;
		default:
			n = text_utf8_decode((const uint8_t *)bytes + i, len - i, &cp);
			assert_true(n != 0);
			assert_true(text_is_printable(cp));
			show_char(t, bytes + i, n, text_width(cp));
			i += n;
			continue;
		}
		assert_int_equal(bytes[i + 1], '[');
		for (i += 2; bytes[i] >= '0' && bytes[i] <= '9'; i++)
			number = number * 10 + (bytes[i] - '0');
		obey(t, bytes[i++], number);
	}
}

/* What the screen wrote goes to the terminal; it is also left in screen.out for a look.
 */
static void
flush(void)
{
	show(&terminal, screen.out, screen.out_length);
	screen.out[screen.out_length] = '\0';
	screen.out_length = 0;
}

static const char prompt[] = "mpsh:secondary-1> ";

static void
draw(const char *line, size_t cursor)
{
	screen_draw(&screen, prompt, line, strlen(line), cursor);
	flush();
}

/* All characters of the terminal from a row on, without blanks, and how many bytes of
 * them stand before the cursor. */
static void
read_terminal(unsigned int from, char *shown, size_t *before)
{
	unsigned int row, col;

	*shown = '\0';
	*before = SIZE_MAX;
	for (row = from; row < terminal.rows; row++) {
		for (col = 0; col < terminal.columns; col++) {
			if (row == terminal.row && col == terminal.col)
				*before = strlen(shown);
			strcat(shown, terminal.cells[row][col].bytes);
		}
	}
}

static char *
without_blanks(char *dst, const char *s)
{
	char *p = dst + strlen(dst);

	for (; *s != '\0'; s++)
		if (*s != ' ')
			*p++ = *s;
	*p = '\0';
	return dst;
}

/* Pieces of lines: what is typed, what is shown for it. */
static const struct piece {
	const char *bytes, *shown;
} pieces[] = {
	{ "s", "s" },
	{ "e", "e" },
	{ "n", "n" },
	{ "d", "d" },
	{ " ", " " },
	{ "\346\227\245", "\346\227\245" },
	{ "\303\251", "\303\251" },
	{ "\346\234\254", "\346\234\254" },
	{ "?", "?" },
	{ "\t", "^I" },
	{ "\n", "\\x00" }, /* LINE_NUL */
	{ "\033", "\\x1b" },
	{ "\377", "\\xff" },
	{ "\302\233", "\\xc2\\x9b" },
	{ "a", "a" },
	{ "\346\227\245", "\346\227\245" },
	{ "\346\234\254", "\346\234\254" },
	{ "\303", "\\xc3" },
	{ "(", "(" },
	{ "\360\237\230\200", "\360\237\230\200" },
	{ "b", "b" },
	{ "c", "c" },
	{ "d", "d" },
	{ "\346\227\245", "\346\227\245" },
	{ "e", "e" },
	{ "f", "f" },
	{ "g", "g" },
};
#define PIECES (sizeof(pieces) / sizeof(pieces[0]))

/* A line of n pieces, in order or any, with the cursor before one of them. */
struct line {
	unsigned int piece[100];
	unsigned int n, cursor;
};

static void
draw_line(const struct line *line)
{
	char text[1000] = "";
	size_t cursor = 0;
	unsigned int i;

	for (i = 0; i < line->n; i++) {
		if (i == line->cursor)
			cursor = strlen(text);
		strcat(text, pieces[line->piece[i]].bytes);
	}
	draw(text, line->cursor == line->n ? strlen(text) : cursor);
}

/* The terminal shows the line from a row on, and the cursor in its place. */
static void
check_line(const struct line *line, unsigned int from)
{
	char shown[4000], want[4000] = "";
	size_t before, want_before = 0;
	unsigned int i;

	read_terminal(from, shown, &before);
	without_blanks(want, prompt);
	for (i = 0; i < line->n; i++) {
		if (i == line->cursor)
			want_before = strlen(want);
		without_blanks(want, pieces[line->piece[i]].shown);
	}
	if (line->cursor == line->n)
		want_before = strlen(want);
	assert_string_equal(shown, want);
	assert_int_equal(before, want_before);
	assert_false(terminal.pending);
	if (from != 0)
		assert_string_equal(
			terminal.cells[from - 1][terminal.columns - 1].bytes, "K");
}

static void
line_is_drawn_right_at_any_width(void **state)
{
	struct line line = { .n = 0 };
	unsigned int columns;

	(void)state;
	for (line.n = 0; line.n <= PIECES; line.n++) {
		if (line.n != 0)
			line.piece[line.n - 1] = line.n - 1;
		/* At the end of every line, and everywhere in the longest. */
		for (line.cursor = line.n < PIECES ? line.n : 0; line.cursor <= line.n;
			line.cursor++) {
			for (columns = 2; columns < COLUMNS; columns++) {
				reset_terminal(columns, ROWS, 3, false);
				draw_line(&line);
				check_line(&line, 3);
			}
		}
	}
}

/* One step of someone who types: a piece put in or taken out, the cursor moved. */
static void
edit(struct line *line)
{
	unsigned int kind = rand() % 8, at = rand() % (line->n + 1);

	if (kind < 4 && line->n < 60) {
		if (kind < 3)
			at = line->cursor;
		memmove(line->piece + at + 1, line->piece + at,
			(line->n - at) * sizeof(line->piece[0]));
		line->piece[at] = rand() % PIECES;
		line->n++;
		line->cursor = at + 1;
	} else if (kind < 6 && line->n != 0) {
		if (kind == 4 && line->cursor != 0)
			at = line->cursor - 1;
		else
			at = at < line->n ? at : line->n - 1;
		memmove(line->piece + at, line->piece + at + 1,
			(line->n - at - 1) * sizeof(line->piece[0]));
		line->n--;
		line->cursor = at;
	} else {
		line->cursor = kind == 6 ? at : line->n;
	}
}

static void
edits_are_drawn_right_at_any_width(void **state)
{
	unsigned int columns, step;

	(void)state;
	srand(1);
	for (columns = 2; columns < COLUMNS; columns++) {
		struct line line = { .n = 0 };

		reset_terminal(columns, ROWS, 3, false);
		for (step = 0; step < 300; step++) {
			/* On very narrow terminals the line is taller than the screen. */
			if (columns < 8 && line.n > 4 * columns)
				line.n = line.cursor = 0;
			edit(&line);
			draw_line(&line);
			check_line(&line, 3);
			if (rand() % 20 == 0) {
				screen_hide(&screen);
				flush();
				assert_int_equal(terminal.row, 3);
				assert_int_equal(terminal.col, 0);
			}
		}
	}
}

static void
a_character_at_the_end_is_written_alone(void **state)
{
	unsigned int i;
	char line[100] = "";

	(void)state;
	reset_terminal(80, 24, 0, false);
	draw("", 0);
	assert_string_equal(screen.out, prompt);
	for (i = 0; i < 80; i++) {
		line[i] = 'a' + i % 26;
		line[i + 1] = '\0';
		draw(line, i + 1);
		assert_int_equal(screen.out[0], line[i]);
		/* On the last column the cursor goes to the next row. */
		assert_string_equal(screen.out + 1, i == 80 - 18 - 1 ? " \r" : "");
	}
	draw(line, i);
	assert_string_equal(screen.out, "");
	draw(line, i - 1);
	assert_string_equal(screen.out, "\b");
	draw(line, i);
	assert_string_equal(screen.out, "\033[1C");
}

static void
cursor_leaves_a_full_row(void **state)
{
	(void)state;
	reset_terminal(20, ROWS, 3, false);
	draw("12", 2);
	assert_int_equal(terminal.row, 4);
	assert_int_equal(terminal.col, 0);
	draw("12", 2);
	assert_string_equal(screen.out, "");
	draw("12", 1);
	assert_int_equal(terminal.row, 3);
	assert_int_equal(terminal.col, 19);
	reset_terminal(21, ROWS, 3, false);
	draw("12", 2);
	assert_int_equal(terminal.row, 3);
	assert_int_equal(terminal.col, 20);
}

static void
combining_mark_takes_no_column(void **state)
{
	unsigned int columns;

	(void)state;
	/* On the last column it stays with its character. */
	for (columns = 20; columns <= 40; columns += 20) {
		reset_terminal(columns, ROWS, 3, false);
		draw("xe", 2);
		draw("xe\314\201", 4);
		assert_string_equal(terminal.cells[3][19].bytes, "e\314\201");
		assert_int_equal(terminal.row, columns == 20 ? 4 : 3);
		assert_int_equal(terminal.col, columns == 20 ? 0 : 20);
		draw("xe\314\201", 1);
		assert_int_equal(terminal.row, 3);
		assert_int_equal(terminal.col, 19);
	}
}

static void
prompt_is_coloured_and_safe(void **state)
{
	(void)state;
	reset_terminal(40, ROWS, 0, false);
	screen.color = "\033[32m";
	screen.color_end = "\033[0m";
	screen_draw(&screen, "m\033[2J> ", "peers", 5, 5);
	flush();
	assert_string_equal(terminal.colors, "32 at 0,0;0 at 0,10;");
	assert_int_equal(terminal.col, 15);
	assert_string_equal(terminal.cells[0][1].bytes, "\\");
	/* Another prompt is coloured too; a change behind it is not. */
	screen_draw(&screen, "m> ", "peers", 5, 5);
	flush();
	assert_string_equal(terminal.colors, "32 at 0,0;0 at 0,10;32 at 0,0;0 at 0,3;");
	screen_draw(&screen, "m> ", "xeers", 5, 5);
	flush();
	assert_string_equal(terminal.colors, "32 at 0,0;0 at 0,10;32 at 0,0;0 at 0,3;");
}

/* Taller than the screen: a part is shown, with the cursor in it. */

static void
rows_that_do_not_fit_are_left_out(void **state)
{
	char line[] = "send_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123";
	const size_t n = sizeof(line) - 1, all = sizeof(prompt) - 1 + n;
	char whole[200], shown[200];
	size_t at, i, before;

	(void)state;
	snprintf(whole, sizeof(whole), "%s%s", prompt, line);
	reset_terminal(20, 5, 4, false);
	for (i = 0; i <= n; i++) {
		char typed[200];

		memcpy(typed, line, i);
		typed[i] = '\0';
		draw(typed, i);
		at = sizeof(prompt) - 1 + i;
		assert_int_equal(terminal.col, at % 20);
		if (i != 0 && at % 20 != 0)
			assert_int_equal(
				terminal.cells[terminal.row][at % 20 - 1].bytes[0],
				line[i - 1]);
	}
	/* Each place can be gone to, and five rows around it are there. */
	for (i = 0; i < 500; i++) {
		size_t cursor = rand() % (n + 1);

		draw(line, cursor);
		at = sizeof(prompt) - 1 + cursor;
		assert_int_equal(terminal.col, at % 20);
		assert_true(at / 20 >= terminal.row);
		read_terminal(0, shown, &before);
		assert_memory_equal(shown, whole + (at / 20 - terminal.row) * 20, 15);
		screen_hide(&screen);
		flush();
		assert_int_equal(terminal.row, 0);
		read_terminal(0, shown, &before);
		assert_string_equal(shown, "");
	}
	assert_true(all > 100);
}

static void
edits_are_drawn_right_on_small_screens(void **state)
{
	unsigned int columns, rows, step;

	(void)state;
	srand(2);
	for (columns = 4; columns < 40; columns += 3) {
		for (rows = 1; rows < 6; rows++) {
			struct line line = { .n = 0 };

			reset_terminal(columns, rows, 0, false);
			for (step = 0; step < 200; step++) {
				struct terminal seen;

				edit(&line);
				draw_line(&line);
				assert_false(terminal.pending);
				/* The same as when it is drawn from nothing. */
				seen = terminal;
				screen_hide(&screen);
				flush();
				assert_int_equal(terminal.col, 0);
				draw_line(&line);
				assert_int_equal(seen.col, terminal.col);
				assert_memory_equal(seen.cells[seen.row],
					terminal.cells[terminal.row],
					seen.col * sizeof(struct cell));
			}
		}
	}
}

/* A terminal that knows no escape sequence. */

static void
a_dumb_terminal_gets_no_escape_sequence(void **state)
{
	unsigned int columns, step;

	(void)state;
	srand(3);
	for (columns = 20; columns < COLUMNS; columns += 7) {
		struct line line = { .n = 0 };

		reset_terminal(columns, ROWS, 0, true);
		for (step = 0; step < 300; step++) {
			struct terminal seen;

			edit(&line);
			draw_line(&line);
			/* The row of the cursor is right, up to the cursor and behind. */
			seen = terminal;
			terminal.row = 0;
			memset(terminal.cells, 0, sizeof(terminal.cells));
			terminal.col = 0;
			screen_leave(&screen);
			draw_line(&line);
			assert_int_equal(seen.col, terminal.col);
			assert_memory_equal(seen.cells[seen.row],
				terminal.cells[terminal.row], sizeof(seen.cells[0]));
			screen_hide(&screen);
			flush();
			assert_int_equal(terminal.col, 0);
			assert_string_equal(terminal.cells[terminal.row][0].bytes, "");
		}
	}
}

static void
a_dumb_terminal_echoes_once(void **state)
{
	(void)state;
	reset_terminal(80, 24, 0, true);
	draw("", 0);
	assert_string_equal(screen.out, prompt);
	draw("p", 1);
	assert_string_equal(screen.out, "p");
	draw("pe", 2);
	assert_string_equal(screen.out, "e");
	draw("p", 1);
	assert_string_equal(screen.out, "\b \b");
}

/* Sizes that change. */

/* Draw at one width; the row at which the cursor then is taken to be at another. */
static unsigned int
row_after_resize(const char *line, unsigned int from, unsigned int to)
{
	char up[20] = "\r";

	reset_terminal(from, 24, 0, false);
	screen_draw(&screen, prompt, line, strlen(line), strlen(line));
	screen.out_length = 0;
	screen_resize(&screen, &(struct screen_size){ to, 24, false });
	screen.out[screen.out_length] = '\0';
	if (screen.out[1] == '\033' && screen.out[2] == '[' && screen.out[3] != 'K') {
		snprintf(up, sizeof(up), "%c", screen.out[3]);
		return atoi(up);
	}
	return 0;
}

static void
resize_finds_the_cursor_of_a_full_row(void **state)
{
	const char line[] = "1234567890123456789012"; /* 40 columns with the prompt */

	(void)state;
	/*
	 * Drawn with the cursor on the next row, it is there at any width of which
	 * 40 is a multiple.
	 */
	assert_int_equal(row_after_resize(line, 40, 20), 2);
	assert_int_equal(row_after_resize(line, 40, 30), 1);
	assert_int_equal(row_after_resize(line, 40, 80), 0);
	/*
	 * Drawn elsewhere, the terminal leaves it at the end of the row that became
	 * full.
	 */
	assert_int_equal(row_after_resize(line, 30, 40), 0);
	assert_int_equal(row_after_resize(line, 30, 20), 1);
	assert_int_equal(row_after_resize(line, 30, 31), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_is_drawn_right_at_any_width),
		cmocka_unit_test(edits_are_drawn_right_at_any_width),
		cmocka_unit_test(a_character_at_the_end_is_written_alone),
		cmocka_unit_test(cursor_leaves_a_full_row),
		cmocka_unit_test(combining_mark_takes_no_column),
		cmocka_unit_test(prompt_is_coloured_and_safe),
		cmocka_unit_test(rows_that_do_not_fit_are_left_out),
		cmocka_unit_test(edits_are_drawn_right_on_small_screens),
		cmocka_unit_test(a_dumb_terminal_gets_no_escape_sequence),
		cmocka_unit_test(a_dumb_terminal_echoes_once),
		cmocka_unit_test(resize_finds_the_cursor_of_a_full_row),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	alarm(HANG_SECONDS);
	return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}

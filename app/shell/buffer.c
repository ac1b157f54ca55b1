/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The line as librte_cmdline's rdline keeps it. */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cmdline_rdline.h>
#include <cmdline_vt100.h>

#include "shell/buffer.h"
#include "shell/editor_state.h"
#include "shell/keys.h"
#include "shell/line.h"

/*
 * The bytes by which rdline knows a key. rdline gets only these, since its parser
 * leaves the end of an unknown sequence in the line (fact 10 of app/README.md).
 */
static const char *const rdline_keys[] = {
	[KEY_LEFT] = vt100_left_arr,
	[KEY_RIGHT] = vt100_right_arr,
	[KEY_WORD_LEFT] = vt100_word_left,
	[KEY_WORD_RIGHT] = vt100_word_right,
	[KEY_HOME] = "\001",
	[KEY_END] = "\005",
	[KEY_BACKSPACE] = "\177",
	[KEY_DELETE] = vt100_suppr,
	[KEY_CUT_WORD_LEFT] = "\027",
	[KEY_CUT_WORD_RIGHT] = "\033d",
	[KEY_CUT_RIGHT] = "\013",
};

static int
on_write_char(struct rdline *rdl, char c)
{
	struct editor *e = rdline_get_opaque(rdl);

	if (e->capturing && e->captured_len < sizeof(e->captured))
		e->captured[e->captured_len++] = c;
	return 0;
}

static void
on_validate(struct rdline *rdl, const char *buf, unsigned int size)
{
	/* Enter is never handed to rdline. */
	(void)rdl;
	(void)buf;
	(void)size;
}

static int
on_complete(struct rdline *rdl, const char *buf, char *dst, unsigned int size, int *state)
{
	struct editor *e = rdline_get_opaque(rdl);

	(void)buf;
	(void)state;
	if (e->insertion_len >= size)
		return 0;
	memcpy(dst, e->insertion, e->insertion_len);
	dst[e->insertion_len] = '\0';
	return RDLINE_RES_COMPLETE;
}

void
buffer_key(struct editor *e, enum key key, size_t times)
{
	const char *byte;

	while (times-- != 0)
		for (byte = rdline_keys[key]; *byte != '\0'; byte++)
			rdline_char_in(e->rdl, *byte);
}

/*
 * The bytes right of the cursor in what rdline_redisplay() has written: it ends with
 * ESC [nD when there are n, with ESC [0K when there are none. Returns -1 if it does not.
 */
static long
bytes_right(const struct editor *e)
{
	const char *captured = e->captured;
	size_t at = e->captured_len;
	long n = 0, digit = 1;

	if (at == 0 || captured[--at] == 'K')
		return 0;
	while (at != 0 && captured[at - 1] >= '0' && captured[at - 1] <= '9') {
		n += digit * (captured[--at] - '0');
		digit *= 10;
	}
	return at >= 2 && captured[at - 2] == ESC && digit <= 10000 ? n : -1;
}

/*
 * Take text and cursor from what rdline_redisplay() writes: ESC M ESC E, the text left
 * of the cursor, ESC [0K, the text right of the cursor, and ESC [nD to go back over the n
 * bytes of that. It is read from its end, since the text may hold an ESC.
 */
void
buffer_read(struct editor *e)
{
	const size_t before = strlen(vt100_home), between = strlen(vt100_clear_right);
	const char *left = e->captured + before, *right;
	char move[16];
	long n;

	e->captured_len = 0;
	e->capturing = true;
	rdline_redisplay(e->rdl);
	e->capturing = false;

	n = bytes_right(e);
	if (n < 0 || n > EDITOR_LINE_MAX)
		return;
	right = e->captured + e->captured_len - n;
	if (n != 0)
		right -= snprintf(move, sizeof(move), "\033[%ldD", n);
	if (right < left + between || right - between - left + n > EDITOR_LINE_MAX)
		return;
	e->cursor = right - between - left;
	e->len = e->cursor + n;
	memcpy(e->text, left, e->cursor);
	memcpy(e->text + e->cursor, right, n);
	e->text[e->len] = '\0';
	if (e->len == 0)
		e->spoiled = false;
}

bool
buffer_insert(struct editor *e, const char *bytes, size_t len)
{
	size_t was = e->len;

	if (len > EDITOR_LINE_MAX - e->len)
		return false;
	if (len == 0)
		return true;
	e->insertion = bytes;
	e->insertion_len = len;
	rdline_char_in(e->rdl, '\t');
	buffer_read(e);
	/* rdline reports success even when it drops bytes. */
	return e->len == was + len;
}

void
buffer_set(struct editor *e, const char *line, bool spoiled)
{
	rdline_newline(e->rdl, "");
	buffer_read(e);
	buffer_insert(e, line, strlen(line));
	e->spoiled = spoiled && e->len != 0;
}

void
buffer_move(struct editor *e, size_t cursor)
{
	if (cursor > e->len)
		cursor = e->len;
	/* Characters of rdline are bytes. */
	if (cursor < e->cursor)
		buffer_key(e, KEY_LEFT, e->cursor - cursor);
	else
		buffer_key(e, KEY_RIGHT, cursor - e->cursor);
	buffer_read(e);
}

void
buffer_free(struct editor *e)
{
	rdline_free(e->rdl);
}

bool
buffer_new(struct editor *e)
{
	e->rdl = rdline_new(on_write_char, on_validate, on_complete, e);
	if (e->rdl == NULL)
		return false;
	/* rdline gets no prompt: it keeps only 31 bytes, and ours may be longer. */
	rdline_newline(e->rdl, "");
	return true;
}

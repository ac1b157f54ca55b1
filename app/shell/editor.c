/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The line that is typed, kept by librte_cmdline's rdline. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmdline_rdline.h>
#include <cmdline_vt100.h>

#include "base/text.h"
#include "shell/editor.h"
#include "shell/editor_state.h"
#include "shell/history.h"
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
	[KEY_PASTE] = "\031",
};

/* rdline */

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

static void
feed(struct editor *e, enum key key, size_t times)
{
	const char *byte;

	while (times-- != 0)
		for (byte = rdline_keys[key]; *byte != '\0'; byte++)
			rdline_char_in(e->rdl, *byte);
}

/*
 * Take text and cursor from what rdline_redisplay() writes: ESC M ESC E, the text left
 * of the cursor, ESC [0K, the text right of the cursor, and further sequences. The line
 * itself never holds an ESC: see line_may_hold().
 */
static void
read_back(struct editor *e)
{
	const size_t before = strlen(vt100_home), between = strlen(vt100_clear_right);
	const char *left, *right, *escape, *end;
	size_t cursor;

	e->captured_len = 0;
	e->capturing = true;
	rdline_redisplay(e->rdl);
	e->capturing = false;

	left = e->captured + before;
	end = e->captured + e->captured_len;
	if (e->captured_len < before + between)
		return;
	escape = memchr(left, ESC, end - left);
	if (escape == NULL || (size_t)(end - escape) < between)
		return;
	right = escape + between;
	cursor = escape - left;
	escape = memchr(right, ESC, end - right);
	if (escape != NULL)
		end = escape;
	if (cursor + (end - right) > EDITOR_LINE_MAX)
		return;
	e->cursor = cursor;
	e->len = cursor + (end - right);
	memcpy(e->text, left, e->cursor);
	memcpy(e->text + e->cursor, right, e->len - e->cursor);
	e->text[e->len] = '\0';
	if (e->len == 0)
		e->spoiled = false;
}

bool
editor_insert(struct editor *e, const char *bytes, size_t len)
{
	size_t was = e->len;

	if (len > EDITOR_LINE_MAX - e->len || !line_may_hold(bytes, len))
		return false;
	if (len == 0)
		return true;
	e->insertion = bytes;
	e->insertion_len = len;
	rdline_char_in(e->rdl, '\t');
	read_back(e);
	/* rdline reports success even when it drops bytes. */
	return e->len == was + len;
}

static void
set_line(struct editor *e, const char *line, bool spoiled)
{
	rdline_newline(e->rdl, "");
	read_back(e);
	editor_insert(e, line, strlen(line));
	e->spoiled = spoiled && e->len != 0;
}

/* Characters */

static size_t
char_len(const char *s, size_t len)
{
	uint32_t cp;
	unsigned int n = text_utf8_decode((const uint8_t *)s, len, &cp);

	return n != 0 ? n : 1;
}

/* The offset at which the character left of the cursor begins, or 0. */
static size_t
char_before(const struct editor *e)
{
	size_t pos = 0, next;

	while (pos < e->cursor) {
		next = pos + char_len(e->text + pos, e->len - pos);
		if (next >= e->cursor)
			break;
		pos = next;
	}
	return pos;
}

/* The offset at which the character at the cursor ends, or the line's end. */
static size_t
char_after(const struct editor *e)
{
	size_t pos = 0;

	while (pos <= e->cursor && pos < e->len)
		pos += char_len(e->text + pos, e->len - pos);
	return pos;
}

/* Keys */

static void
history_walk(struct editor *e, enum key key)
{
	const char *line = e->typed;
	bool spoiled = e->typed_spoiled;

	if (key == KEY_UP) {
		if (e->back == e->history_len)
			return;
		if (e->back == 0) {
			memcpy(e->typed, e->text, e->len + 1);
			e->typed_spoiled = e->spoiled;
		}
		e->back++;
	} else {
		if (e->back == 0)
			return;
		e->back--;
	}
	if (e->back != 0) {
		line = e->history[e->history_len - e->back];
		spoiled = false;
	}
	set_line(e, line, spoiled);
}

static enum editor_result
too_long(struct editor *e)
{
	e->spoiled = true;
	return EDITOR_BELL;
}

static enum editor_result
do_key(struct editor *e, enum key key)
{
	const size_t old_len = e->len, old_cursor = e->cursor, old_back = e->back;

	switch (key) {
	case KEY_NONE:
		return EDITOR_NOTHING;
	case KEY_ENTER:
		return EDITOR_LINE;
	case KEY_INTERRUPT:
		return EDITOR_INTERRUPT;
	case KEY_REDRAW:
		return EDITOR_REDRAW;
	case KEY_UP:
	case KEY_DOWN:
		history_walk(e, key);
		break;
	case KEY_EOF:
		if (e->len == 0)
			return EDITOR_EOF;
		feed(e, KEY_DELETE, char_after(e) - e->cursor);
		break;
	case KEY_DELETE:
	case KEY_RIGHT:
		/* To rdline every byte is a character. */
		feed(e, key, char_after(e) - e->cursor);
		break;
	case KEY_BACKSPACE:
	case KEY_LEFT:
		feed(e, key, e->cursor - char_before(e));
		break;
	case KEY_CUT_LEFT:
		feed(e, KEY_BACKSPACE, e->cursor);
		break;
	case KEY_CUT_RIGHT:
		/* With nothing to cut, rdline would forget what was cut before. */
		if (e->cursor == e->len)
			return EDITOR_NOTHING;
		e->cut_len = e->len - e->cursor;
		feed(e, key, 1);
		break;
	case KEY_PASTE:
		if (e->cut_len > EDITOR_LINE_MAX - e->len)
			return too_long(e);
		feed(e, key, 1);
		break;
	default:
		feed(e, key, 1);
		break;
	}
	read_back(e);
	return e->len != old_len || e->cursor != old_cursor || e->back != old_back
		? EDITOR_CHANGED
		: EDITOR_NOTHING;
}

static enum editor_result
do_byte(struct editor *e, char byte)
{
	unsigned char c = byte;

	if (byte == DEL)
		return do_key(e, KEY_BACKSPACE);
	if (byte == '\t' || byte == '?') {
		if (e->in_text == NULL || !e->in_text(e->text, e->cursor))
			return byte == '?' ? EDITOR_HELP : EDITOR_COMPLETE;
	} else if (c < ' ') {
		return do_key(e, control_keys[c]);
	}
	if (e->len >= EDITOR_LINE_MAX)
		return too_long(e);
	if (c >= ' ' && c < 0x7f && byte != '?') {
		rdline_char_in(e->rdl, byte);
		read_back(e);
	} else if (!editor_insert(e, &byte, 1)) {
		return too_long(e);
	}
	return EDITOR_CHANGED;
}

enum editor_result
editor_key(struct editor *e, char byte)
{
	unsigned char c = byte;

	/*
	 * A control byte is a key of its own even within a sequence: Ctrl-C must work.
	 */
	if (c < ' ') {
		e->keys.state = byte == ESC ? STATE_ESCAPE : STATE_GROUND;
		return byte == ESC ? EDITOR_NOTHING : do_byte(e, byte);
	}
	switch (e->keys.state) {
	case STATE_ESCAPE:
		return do_key(e, keys_after_escape(&e->keys, byte));
	case STATE_SEQUENCE:
		if (c < 0x7f)
			return do_key(e, keys_in_sequence(&e->keys, byte));
		break;
	case STATE_LINUX_F:
		if (c < 0x7f) {
			e->keys.state = STATE_GROUND;
			return EDITOR_NOTHING;
		}
		break;
	case STATE_ALT_UTF8:
		if ((c & 0xc0) == 0x80) {
			if (--e->keys.alt_left == 0)
				e->keys.state = STATE_GROUND;
			return EDITOR_NOTHING;
		}
		break;
	case STATE_GROUND:
		break;
	}
	e->keys.state = STATE_GROUND;
	return do_byte(e, byte);
}

void
editor_free(struct editor *e)
{
	if (e == NULL)
		return;
	history_forget(e);
	rdline_free(e->rdl);
	free(e->drawn_columns);
	free(e);
}

struct editor *
editor_new(editor_in_text_t *in_text)
{
	struct editor *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->in_text = in_text;
	e->drawn_columns = calloc(1, sizeof(*e->drawn_columns));
	e->rdl = rdline_new(on_write_char, on_validate, on_complete, e);
	if (e->drawn_columns == NULL || e->rdl == NULL) {
		editor_free(e);
		return NULL;
	}
	/* rdline gets no prompt: it keeps only 31 bytes, and ours may be longer. */
	rdline_newline(e->rdl, "");
	return e;
}

const char *
editor_text(const struct editor *e, size_t *len, size_t *cursor)
{
	if (len != NULL)
		*len = e->len;
	if (cursor != NULL)
		*cursor = e->cursor;
	return e->text;
}

bool
editor_spoiled(const struct editor *e)
{
	return e->spoiled;
}

void
editor_move(struct editor *e, size_t cursor)
{
	if (cursor > e->len)
		cursor = e->len;
	/* Characters of rdline are bytes. */
	if (cursor < e->cursor)
		feed(e, KEY_LEFT, e->cursor - cursor);
	else
		feed(e, KEY_RIGHT, cursor - e->cursor);
	read_back(e);
}

void
editor_clear(struct editor *e)
{
	e->back = 0;
	set_line(e, "", false);
}

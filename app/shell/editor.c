/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The line that is typed, kept by librte_cmdline's rdline. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
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
#include "shell/search.h"

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
static void
read_back(struct editor *e)
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

/* Insert bytes without a NUL at the cursor. */
static bool
insert(struct editor *e, const char *bytes, size_t len)
{
	size_t was = e->len;

	if (len > EDITOR_LINE_MAX - e->len)
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

bool
editor_insert(struct editor *e, const char *bytes, size_t len)
{
	return line_may_hold(bytes, len) && insert(e, bytes, len);
}

void
editor_set_line(struct editor *e, const char *line, bool spoiled)
{
	rdline_newline(e->rdl, "");
	read_back(e);
	insert(e, line, strlen(line));
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
	editor_set_line(e, line, spoiled);
}

/* Keep what a key has cut: what stood in text between two offsets. */
static void
keep_cut(struct editor *e, const char *text, size_t from, size_t to, bool leftwards)
{
	size_t len = to - from;

	if (!e->cutting)
		e->cut_len = 0;
	if (len > EDITOR_LINE_MAX - e->cut_len)
		return;
	if (leftwards) {
		memmove(e->cut + len, e->cut, e->cut_len);
		memcpy(e->cut, text + from, len);
	} else {
		memcpy(e->cut + e->cut_len, text + from, len);
	}
	e->cut_len += len;
}

static bool
is_cut(enum key key)
{
	return key == KEY_CUT_LEFT || key == KEY_CUT_RIGHT || key == KEY_CUT_WORD_LEFT ||
		key == KEY_CUT_WORD_RIGHT;
}

static void
do_cut(struct editor *e, enum key key)
{
	const size_t len = e->len, cursor = e->cursor;
	char text[EDITOR_LINE_MAX + 1];

	memcpy(text, e->text, len);
	if (key == KEY_CUT_LEFT)
		feed(e, KEY_BACKSPACE, cursor);
	else
		feed(e, key, 1);
	read_back(e);
	if (e->len == len)
		return;
	if (e->cursor < cursor)
		keep_cut(e, text, e->cursor, cursor, true);
	else
		keep_cut(e, text, cursor, cursor + len - e->len, false);
	e->cutting = true;
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

	if (!is_cut(key) && key != KEY_NONE)
		e->cutting = false;
	switch (key) {
	case KEY_NONE:
	case KEY_ABORT:
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
	case KEY_CUT_RIGHT:
	case KEY_CUT_WORD_LEFT:
	case KEY_CUT_WORD_RIGHT:
		do_cut(e, key);
		break;
	case KEY_YANK:
		if (!insert(e, e->cut, e->cut_len))
			return too_long(e);
		break;
	case KEY_SEARCH:
		search_begin(e);
		return EDITOR_CHANGED;
	case KEY_PASTE_BEGIN:
		e->paste = (struct paste_reader){ .is_on = true };
		return EDITOR_NOTHING;
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
	e->cutting = false;
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

/* A byte that was pasted. */
static enum editor_result
paste_byte(struct editor *e, char byte)
{
	bool after_return = e->paste.after_return;

	e->paste.after_return = byte == '\r';
	if (byte == '\n' && after_return)
		return EDITOR_NOTHING;
	if (byte == '\r' || byte == '\n')
		return EDITOR_LINE;
	if (byte == '\0')
		byte = DEL; /* rdline has no NUL; both are shown, and refused at Enter */
	return insert(e, &byte, 1) ? EDITOR_CHANGED : too_long(e);
}

/* The same, where the mark at the end of the paste may begin. */
static enum editor_result
in_paste(struct editor *e, char byte)
{
	static const char mark[] = "\033[201~";
	enum editor_result result = EDITOR_NOTHING;
	size_t i, matched = e->paste.matched;

	if (byte == mark[matched]) {
		if (mark[++e->paste.matched] == '\0')
			e->paste = (struct paste_reader){ 0 };
		return EDITOR_NOTHING;
	}
	e->paste.matched = byte == mark[0];
	for (i = 0; i < matched; i++)
		result = paste_byte(e, mark[i]);
	return e->paste.matched != 0 ? result : paste_byte(e, byte);
}

enum editor_result
editor_key(struct editor *e, char byte)
{
	enum key key;

	if (e->paste.is_on)
		return in_paste(e, byte);
	if (keys_take(&e->keys, byte, &key)) {
		if (e->search.is_on && key != KEY_NONE)
			search_end(e);
		return do_key(e, key);
	}
	if (e->search.is_on) {
		enum editor_result result = search_byte(e, byte);

		if (e->search.is_on || result == EDITOR_CHANGED)
			return result;
	}
	return do_byte(e, byte);
}

void
editor_forget_keys(struct editor *e)
{
	e->keys = (struct key_reader){ 0 };
	e->paste = (struct paste_reader){ 0 };
}

const char *
editor_search_prompt(const struct editor *e)
{
	return e->search.is_on ? e->search.prompt : NULL;
}

void
editor_free(struct editor *e)
{
	if (e == NULL)
		return;
	history_forget(e);
	rdline_free(e->rdl);
	free(e);
}

struct editor *
editor_new(editor_in_text_t *in_text)
{
	struct editor *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->in_text = in_text;
	e->rdl = rdline_new(on_write_char, on_validate, on_complete, e);
	if (e->rdl == NULL) {
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
	editor_set_line(e, "", false);
	e->search.is_on = false;
}

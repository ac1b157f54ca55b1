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
#include "shell/buffer.h"
#include "shell/editor.h"
#include "shell/editor_state.h"
#include "shell/history.h"
#include "shell/keys.h"
#include "shell/line.h"
#include "shell/search.h"

bool
editor_insert(struct editor *e, const char *bytes, size_t len)
{
	return line_may_hold(bytes, len) && buffer_insert(e, bytes, len);
}

bool
editor_restore(struct editor *e, const char *bytes, size_t len)
{
	return buffer_insert(e, bytes, len);
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
	buffer_set(e, line, spoiled);
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
		buffer_key(e, KEY_BACKSPACE, cursor);
	else
		buffer_key(e, key, 1);
	buffer_read(e);
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
		buffer_key(e, KEY_DELETE, char_after(e) - e->cursor);
		break;
	case KEY_DELETE:
	case KEY_RIGHT:
		/* To rdline every byte is a character. */
		buffer_key(e, key, char_after(e) - e->cursor);
		break;
	case KEY_BACKSPACE:
	case KEY_LEFT:
		buffer_key(e, key, e->cursor - char_before(e));
		break;
	case KEY_CUT_LEFT:
	case KEY_CUT_RIGHT:
	case KEY_CUT_WORD_LEFT:
	case KEY_CUT_WORD_RIGHT:
		do_cut(e, key);
		break;
	case KEY_YANK:
		if (!buffer_insert(e, e->cut, e->cut_len))
			return too_long(e);
		break;
	case KEY_SEARCH:
		search_begin(e);
		return EDITOR_CHANGED;
	case KEY_PASTE_BEGIN:
		e->paste = (struct paste_reader){ .is_on = true };
		return EDITOR_NOTHING;
	default:
		buffer_key(e, key, 1);
		break;
	}
	buffer_read(e);
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
		buffer_read(e);
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
		byte = LINE_NUL;
	return buffer_insert(e, &byte, 1) ? EDITOR_CHANGED : too_long(e);
}

/* The same, where the mark at the end of the paste may begin. */
static enum editor_result
in_paste(struct editor *e, char byte)
{
	static const char mark[] = PASTE_END;
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
		switch (search_byte(e, byte)) {
		case SEARCH_CHANGED:
			return EDITOR_CHANGED;
		case SEARCH_NOT_FOUND:
			return EDITOR_BELL;
		case SEARCH_OVER:
			break; /* the key is still to be done */
		}
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
	buffer_free(e);
	free(e);
}

struct editor *
editor_new(editor_in_text_t *in_text)
{
	struct editor *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->in_text = in_text;
	if (!buffer_new(e)) {
		editor_free(e);
		return NULL;
	}
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
	buffer_move(e, cursor);
}

void
editor_clear(struct editor *e)
{
	e->back = 0;
	buffer_set(e, "", false);
	e->search.is_on = false;
}

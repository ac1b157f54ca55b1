/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmdline_rdline.h>
#include <cmdline_vt100.h>

#include "base/text.h"
#include "shell/editor.h"

#define HISTORY_LINES 1000

/*
 * More than HISTORY_LINES lines of EDITOR_LINE_MAX bytes: of a larger file the end
 * is read.
 */
#define HISTORY_READ_MAX (1 << 20)

/*
 * A history locked by a stopped process must not hold up the prompt, so the lock is
 * tried so often, so many ns apart; short, as a lock that is taken again and again
 * is seldom met free.
 */
#define HISTORY_LOCK_TRIES 1000
#define HISTORY_LOCK_PAUSE 100000

/* The longest escape sequence that means something to us is shorter. */
#define SEQUENCE_MAX 16

/* What rdline_redisplay() writes besides the line. */
#define CAPTURE_SIZE (EDITOR_LINE_MAX + 64)

#define DEL '\177'
#define ESC '\033'
#define CTRL(c) ((c)&0x1f)

enum key {
	KEY_NONE,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_WORD_LEFT,
	KEY_WORD_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_BACKSPACE,
	KEY_DELETE,
	KEY_CUT_WORD_LEFT,
	KEY_CUT_WORD_RIGHT,
	KEY_CUT_LEFT,
	KEY_CUT_RIGHT,
	KEY_PASTE,
	KEY_EOF,
	KEY_ENTER,
	KEY_INTERRUPT,
	KEY_REDRAW,
};

/*
 * The bytes that rdline knows a key by: its whole keys only, since its parser leaves the
 * end of an unknown sequence in the line.
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

static const enum key control_keys[0x20] = {
	[CTRL('A')] = KEY_HOME,
	[CTRL('B')] = KEY_LEFT,
	[CTRL('C')] = KEY_INTERRUPT,
	[CTRL('D')] = KEY_EOF,
	[CTRL('E')] = KEY_END,
	[CTRL('F')] = KEY_RIGHT,
	[CTRL('H')] = KEY_BACKSPACE,
	[CTRL('J')] = KEY_ENTER,
	[CTRL('K')] = KEY_CUT_RIGHT,
	[CTRL('L')] = KEY_REDRAW,
	[CTRL('M')] = KEY_ENTER,
	[CTRL('N')] = KEY_DOWN,
	[CTRL('P')] = KEY_UP,
	[CTRL('U')] = KEY_CUT_LEFT,
	[CTRL('W')] = KEY_CUT_WORD_LEFT,
	[CTRL('Y')] = KEY_PASTE,
};

/* Where we are in a key's bytes. */
enum state {
	STATE_GROUND,
	STATE_ESCAPE,
	STATE_SEQUENCE, /* after ESC [ or ESC O */
	STATE_LINUX_F,  /* after ESC [ [, the Linux console's F1 to F5: one byte more */
	STATE_ALT_UTF8, /* in a character of several bytes, typed with Alt */
};

/* The bytes of a key that have come by now. */
struct key_reader {
	enum state state;
	char introducer; /* '[' or 'O' */
	char sequence[SEQUENCE_MAX];
	size_t sequence_len;   /* may count further than is kept */
	unsigned int alt_left; /* bytes to come in STATE_ALT_UTF8 */
};

struct editor {
	struct rdline *rdl;
	editor_in_text_t *in_text;

	/* What rdline holds, as last captured. */
	char text[EDITOR_LINE_MAX + 1];
	size_t len;
	size_t cursor;
	bool spoiled;
	size_t cut_len; /* what rdline's Ctrl-Y would insert */

	bool capturing;
	char captured[CAPTURE_SIZE];
	size_t captured_len;
	const char *insertion; /* what the complete callback is to give */
	size_t insertion_len;

	struct key_reader keys;

	char *history[HISTORY_LINES];
	size_t history_len;
	size_t back;                     /* lines walked up, 0 at the line being typed */
	char typed[EDITOR_LINE_MAX + 1]; /* that line, while back is not 0 */
	bool typed_spoiled;
	char *path;

	/*
	 * Columns that the line was last drawn for; of the drawing, not of the
	 * line: not const.
	 */
	unsigned int *drawn_columns;
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
 * Take text and cursor from a redisplay: ESC M ESC E, what is left of the cursor,
 * ESC [0K, what is right of it. The line itself never holds an ESC: see may_hold().
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

/*
 * A line holds no control characters but tab; an ESC in it would break read_back().
 */
static bool
may_hold(const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (((unsigned char)bytes[i] < ' ' && bytes[i] != '\t') ||
			bytes[i] == DEL)
			return false;
	return true;
}

bool
editor_insert(struct editor *e, const char *bytes, size_t len)
{
	size_t was = e->len;

	if (len > EDITOR_LINE_MAX - e->len || !may_hold(bytes, len))
		return false;
	if (len == 0)
		return true;
	e->insertion = bytes;
	e->insertion_len = len;
	rdline_char_in(e->rdl, '\t');
	read_back(e);
	/* rdline says success also for what it drops. */
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

/* The character's start before the cursor, or 0. */
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

/* The character's end after the cursor, or the line's. */
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
walk_history(struct editor *e, enum key key)
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
		walk_history(e, key);
		break;
	case KEY_EOF:
		if (e->len == 0)
			return EDITOR_EOF;
		feed(e, KEY_DELETE, char_after(e) - e->cursor);
		break;
	case KEY_DELETE:
	case KEY_RIGHT:
		/* rdline's characters are bytes. */
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
		/* With nothing to cut it would forget what was cut before. */
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

/*
 * The key that a sequence stands for. Modified keys have a parameter: CSI 1;5C,
 * older terminals CSI 5C, where 5 is 1 + Ctrl (4), Alt (2), Shift (1); rxvt sends
 * ESC O c instead.
 */
static enum key
sequence_key(const struct key_reader *keys)
{
	unsigned int params[2] = { 0, 0 }, n = 0, modifiers;
	char final;
	size_t i;

	if (keys->sequence_len > sizeof(keys->sequence))
		return KEY_NONE;
	final = keys->sequence[keys->sequence_len - 1];
	for (i = 0; i + 1 < keys->sequence_len; i++) {
		char c = keys->sequence[i];

		if (c == ';') {
			if (++n == 2)
				return KEY_NONE;
		} else if (c >= '0' && c <= '9' && params[n] < 1000) {
			params[n] = params[n] * 10 + (c - '0');
		} else {
			return KEY_NONE; /* terminals' answers, keys of other protocols */
		}
	}
	modifiers = n != 0 ? params[1] : final != '~' ? params[0] : 0;
	modifiers = modifiers != 0 ? (modifiers - 1) & (2 | 4) : 0;

	switch (final) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return modifiers != 0 ? KEY_WORD_RIGHT : KEY_RIGHT;
	case 'D':
		return modifiers != 0 ? KEY_WORD_LEFT : KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case 'a':
		return keys->introducer == 'O' ? KEY_UP : KEY_NONE;
	case 'b':
		return keys->introducer == 'O' ? KEY_DOWN : KEY_NONE;
	case 'c':
		return keys->introducer == 'O' ? KEY_WORD_RIGHT : KEY_NONE;
	case 'd':
		return keys->introducer == 'O' ? KEY_WORD_LEFT : KEY_NONE;
	case '~':
		switch (params[0]) {
		case 1:
		case 7:
			return KEY_HOME;
		case 4:
		case 8:
			return KEY_END;
		case 3:
			return modifiers == 0 ? KEY_DELETE : KEY_NONE;
		default:
			return KEY_NONE;
		}
	default:
		return KEY_NONE;
	}
}

/* The byte after an ESC. */
static enum key
after_escape(struct key_reader *keys, char byte)
{
	unsigned char c = byte;

	keys->state = STATE_GROUND;
	switch (byte) {
	case '[':
	case 'O':
		keys->state = STATE_SEQUENCE;
		keys->introducer = byte;
		keys->sequence_len = 0;
		return KEY_NONE;
	case 'b':
		return KEY_WORD_LEFT;
	case 'f':
		return KEY_WORD_RIGHT;
	case 'd':
		return KEY_CUT_WORD_RIGHT;
	case DEL:
		return KEY_CUT_WORD_LEFT;
	}
	if (c >= 0xc2 && c <= 0xf4) {
		keys->state = STATE_ALT_UTF8;
		keys->alt_left = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	}
	return KEY_NONE;
}

static enum key
in_sequence(struct key_reader *keys, char byte)
{
	if (keys->sequence_len == 0 && keys->introducer == '[' && byte == '[') {
		keys->state = STATE_LINUX_F;
		return KEY_NONE;
	}
	if (keys->sequence_len < sizeof(keys->sequence))
		keys->sequence[keys->sequence_len] = byte;
	keys->sequence_len++;
	/* 0x40 to 0x7e end it; and '$', with which rxvt ends shifted keys. */
	if (byte < '@' && (byte != '$' || keys->sequence_len == 1))
		return KEY_NONE;
	keys->state = STATE_GROUND;
	return sequence_key(keys);
}

enum editor_result
editor_key(struct editor *e, char byte)
{
	unsigned char c = byte;

	/*
	 * A control byte is a key of its own wherever it comes, Ctrl-C above all.
	 */
	if (c < ' ') {
		e->keys.state = byte == ESC ? STATE_ESCAPE : STATE_GROUND;
		return byte == ESC ? EDITOR_NOTHING : do_byte(e, byte);
	}
	switch (e->keys.state) {
	case STATE_ESCAPE:
		return do_key(e, after_escape(&e->keys, byte));
	case STATE_SEQUENCE:
		if (c < 0x7f)
			return do_key(e, in_sequence(&e->keys, byte));
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

/* The line */

static void
forget_history(struct editor *e)
{
	while (e->history_len != 0)
		free(e->history[--e->history_len]);
	e->back = 0;
	free(e->path);
	e->path = NULL;
}

void
editor_free(struct editor *e)
{
	if (e == NULL)
		return;
	forget_history(e);
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
	/* Our prompt may be longer than the 31 bytes that rdline keeps of one. */
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
editor_clear(struct editor *e)
{
	e->back = 0;
	set_line(e, "", false);
}

/* History */

/*
 * Returns false for a line that is not kept: empty, too long, the one before again.
 */
static bool
remember(struct editor *e, const char *line, size_t len)
{
	char *copy;

	if (len == 0 || len > EDITOR_LINE_MAX || !may_hold(line, len))
		return false;
	if (e->history_len != 0) {
		const char *last = e->history[e->history_len - 1];

		if (strlen(last) == len && memcmp(last, line, len) == 0)
			return false;
	}
	copy = malloc(len + 1);
	if (copy == NULL)
		return false;
	memcpy(copy, line, len);
	copy[len] = '\0';
	if (e->history_len == HISTORY_LINES) {
		free(e->history[0]);
		memmove(e->history, e->history + 1,
			(HISTORY_LINES - 1) * sizeof(e->history[0]));
		e->history_len--;
	}
	e->history[e->history_len++] = copy;
	return true;
}

/*
 * May a line of the file be offered again? A file that was damaged holds anything.
 */
static bool
is_sound(const char *line, size_t len)
{
	return len != 0 && len <= EDITOR_LINE_MAX && may_hold(line, len) &&
		text_is_utf8((const uint8_t *)line, len);
}

/*
 * Open a history and lock it. Nothing here may wait for others: not the open (a
 * FIFO), not the lock. Returns the descriptor or a negative errno.
 */
static int
open_locked(const char *path, int flags, int operation)
{
	const struct timespec moment = { .tv_nsec = HISTORY_LOCK_PAUSE };
	unsigned int tries = 0;
	struct stat st;
	int fd, ret;

	fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		ret = -EINVAL;
		goto fail;
	}
	while (flock(fd, operation | LOCK_NB) < 0) {
		ret = -errno;
		if ((ret != -EWOULDBLOCK && ret != -EINTR) ||
			++tries == HISTORY_LOCK_TRIES)
			goto fail;
		nanosleep(&moment, NULL);
	}
	return fd;
fail:
	close(fd);
	return ret;
}

/*
 * Read a file's end, from a line's start on, into a buffer that the caller frees.
 * NULL if that fails. *whole tells whether that is all of it.
 */
static char *
read_end(int fd, size_t *len, bool *whole)
{
	size_t size, got = 0;
	off_t from = 0;
	struct stat st;
	char *buf, *start;

	if (fstat(fd, &st) < 0)
		return NULL;
	*whole = st.st_size <= HISTORY_READ_MAX;
	if (!*whole)
		from = st.st_size - HISTORY_READ_MAX;
	size = st.st_size - from;
	buf = malloc(size + 1);
	if (buf == NULL)
		return NULL;
	while (got < size) {
		ssize_t n = pread(fd, buf + got, size - got, from + got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += n;
	}
	if (!*whole) {
		start = memchr(buf, '\n', got);
		start = start != NULL ? start + 1 : buf + got;
		got -= start - buf;
		memmove(buf, start, got);
	}
	*len = got;
	return buf;
}

/* Cut the line at the front off *rest. */
static const char *
next_line(const char **rest, const char *end, size_t *len)
{
	const char *line = *rest;
	const char *newline = memchr(line, '\n', end - line);

	*len = (newline != NULL ? newline : end) - line;
	*rest = newline != NULL ? newline + 1 : end;
	return line;
}

void
editor_history_load(struct editor *e, const char *path)
{
	const char *rest, *line;
	size_t len, line_len;
	bool whole;
	char *buf;
	int fd;

	forget_history(e);
	if (path == NULL)
		return;
	e->path = strdup(path);
	fd = open_locked(path, O_RDONLY, LOCK_SH);
	if (fd < 0)
		return;
	buf = read_end(fd, &len, &whole);
	close(fd);
	if (buf == NULL)
		return;
	for (rest = buf; rest < buf + len;) {
		line = next_line(&rest, buf + len, &line_len);
		if (is_sound(line, line_len))
			remember(e, line, line_len);
	}
	free(buf);
}

static bool
write_at(int fd, const char *bytes, size_t len, off_t offset)
{
	while (len != 0) {
		ssize_t n = pwrite(fd, bytes, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= n;
		offset += n;
	}
	return true;
}

/*
 * Keep the newest HISTORY_LINES sound lines of a file that has more. In place, so
 * that the lock stays the file's; dying in the middle leaves some lines twice.
 */
static void
shorten(int fd)
{
	size_t len, line_len, lines = 0, sound = 0, skip, kept = 0;
	const char *rest, *line;
	bool whole;
	char *buf = read_end(fd, &len, &whole);

	if (buf == NULL)
		return;
	for (rest = buf; rest < buf + len; lines++) {
		line = next_line(&rest, buf + len, &line_len);
		if (is_sound(line, line_len))
			sound++;
	}
	if (whole && lines <= HISTORY_LINES)
		goto out;
	skip = sound > HISTORY_LINES ? sound - HISTORY_LINES : 0;
	for (rest = buf; rest < buf + len;) {
		line = next_line(&rest, buf + len, &line_len);
		if (!is_sound(line, line_len))
			continue;
		if (skip != 0) {
			skip--;
			continue;
		}
		memmove(buf + kept, line, line_len);
		kept += line_len;
		/*
		 * The last line may end without one; then this is the byte after
		 * buf's len.
		 */
		buf[kept++] = '\n';
	}
	/* Appending, even pwrite() would write at the end. */
	if (fcntl(fd, F_SETFL, 0) == 0 && write_at(fd, buf, kept, 0) &&
		ftruncate(fd, kept) < 0)
		goto out; /* lines are there twice, no harm */
out:
	free(buf);
}

static void
make_directories(const char *path)
{
	char *copy = strdup(path);
	char *slash;

	if (copy == NULL)
		return;
	for (slash = strchr(copy + 1, '/'); slash != NULL;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(copy,
			0700); /* what fails here fails again when the file is opened */
		*slash = '/';
	}
	free(copy);
}

static void
append_to_file(const char *path, const char *line, size_t len)
{
	const int flags = O_RDWR | O_APPEND | O_CREAT;
	char bytes[EDITOR_LINE_MAX + 2];
	struct stat st;
	size_t n = 0;
	char last;
	int fd;

	fd = open_locked(path, flags, LOCK_EX);
	if (fd == -ENOENT) {
		make_directories(path);
		fd = open_locked(path, flags, LOCK_EX);
	}
	if (fd < 0)
		return;
	/* After half a line of someone who died: cost that one only. */
	if (fstat(fd, &st) == 0 && st.st_size != 0 &&
		pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n')
		bytes[n++] = '\n';
	memcpy(bytes + n, line, len);
	n += len;
	bytes[n++] = '\n';
	if (write(fd, bytes, n) == (ssize_t)n)
		shorten(fd);
	close(fd);
}

void
editor_history_add(struct editor *e, const char *line)
{
	size_t len = strlen(line);

	if (remember(e, line, len) && e->path != NULL && is_sound(line, len))
		append_to_file(e->path, line, len);
}

/* Drawing */

/* The terminal as it will stand after what is in buf. */
struct canvas {
	char *buf; /* NULL: measure only */
	size_t len;
	unsigned int columns;
	unsigned int row;
	unsigned int col; /* columns: the next character goes to the next row */
	unsigned int cursor_row;
	unsigned int cursor_col;
	bool filled; /* the line ends with the blank of lay_out() */
};

static void
put_bytes(struct canvas *canvas, const char *bytes, size_t len)
{
	if (canvas->buf != NULL)
		memcpy(canvas->buf + canvas->len, bytes, len);
	canvas->len += len;
}

/* Go where a character of that width will stand. */
static void
make_room(struct canvas *canvas, unsigned int width)
{
	/*
	 * The terminal does the same by itself, and so knows that the rows are one
	 * line.
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
	/* Before a combining mark there is no place of its own. */
	if (width != 0)
		make_room(canvas, width);
	canvas->cursor_row = canvas->row;
	canvas->cursor_col =
		canvas->col < canvas->columns ? canvas->col : canvas->columns - 1;
}

/*
 * Put text, with the mark where the byte at offset cursor is (SIZE_MAX: nowhere).
 */
static void
put_text(struct canvas *canvas, const char *text, size_t len, size_t cursor)
{
	static const char digits[] = "0123456789abcdef";
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
				unsigned char c = s[i];

				put_char(canvas, "\\", 1, 1);
				put_char(canvas, "x", 1, 1);
				put_char(canvas, &digits[c >> 4], 1, 1);
				put_char(canvas, &digits[c & 15], 1, 1);
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
		 * At the right edge a terminal stands on the last column until
		 * something follows. A blank brings it to the next row; after
		 * "\r\n" a resize would take the row for another line.
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

	if (n != 0)
		put_bytes(canvas, move,
			snprintf(move, sizeof(move), "\033[%u%c", n, direction));
}

static unsigned int
usable(unsigned int columns)
{
	/*
	 * 0: the terminal does not know. In one column there is no room for a wide
	 * character.
	 */
	return columns == 0 ? 80 : columns == 1 ? 2 : columns;
}

/*
 * To clear from here to the screen's end. ESC [J alone on the screen's very first
 * column makes tmux put a copy of the screen into its history, at each key while
 * the prompt is on the top row; so it comes on the second column. The ESC [K before
 * it makes a terminal forget that the row was once continued on the next, which
 * would show at a resize.
 */
static const char clear_below[] = "\033[K \033[J\r";

char *
editor_draw(const struct editor *e, const char *prompt, const char *color,
	const char *color_end, unsigned int columns, size_t *len,
	unsigned int *cursor_row)
{
	struct canvas canvas = { .columns = usable(columns) };

	/* A byte takes four at most. */
	canvas.buf = malloc(
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
	 * Now the line ends at the right edge. Without a blank after it (drawn at a
	 * width at which it did not), the terminal's cursor stays on its last row.
	 */
	lay_out(&drawn, e, prompt, "", "");
	return drawn.filled ? canvas.cursor_row : canvas.cursor_row - 1;
}

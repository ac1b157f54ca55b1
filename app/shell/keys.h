/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which key the bytes of a terminal mean. */

#ifndef MPSH_SHELL_KEYS_H
#define MPSH_SHELL_KEYS_H

#include <stddef.h>

/* Bytes that are kept of an escape sequence; every sequence known here is shorter. */
#define SEQUENCE_MAX 16
#define DEL '\177'
#define ESC '\033'
#define CTRL(c) (0x1f & (c))

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

/* Which byte of a key comes next. */
enum state {
	STATE_GROUND,
	STATE_ESCAPE,
	STATE_SEQUENCE, /* after ESC [ or ESC O */
	STATE_LINUX_F,  /* after ESC [ [ (Linux's console, F1 to F5): 1 byte to come */
	STATE_ALT_UTF8, /* in a character of several bytes, typed with Alt */
};

/* The bytes received so far of a key. */
struct key_reader {
	enum state state;
	char introducer; /* '[' or 'O' */
	char sequence[SEQUENCE_MAX];
	size_t sequence_len;   /* of the whole sequence: may exceed SEQUENCE_MAX */
	unsigned int alt_left; /* bytes to come in STATE_ALT_UTF8 */
};

/* The key of each control byte. */
extern const enum key control_keys[0x20];

/* Take the byte after an ESC. Returns the key, or KEY_NONE if more bytes are to come or
 * the key is unknown. */
enum key keys_after_escape(struct key_reader *keys, char byte);

/* Take a byte after ESC [ or ESC O; returns as keys_after_escape(). */
enum key keys_in_sequence(struct key_reader *keys, char byte);

#endif

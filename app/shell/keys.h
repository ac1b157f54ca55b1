/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which key the bytes of a terminal mean. */

#ifndef MPSH_SHELL_KEYS_H
#define MPSH_SHELL_KEYS_H

#include <stddef.h>

/* The longest escape sequence that means something to us is shorter. */
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

/* How far a key's bytes have come. */
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

/* By the control byte. */
extern const enum key control_keys[0x20];

/* The byte after an ESC. */
enum key keys_after_escape(struct key_reader *keys, char byte);

/* A byte of a sequence: the key that it ends, or KEY_NONE. */
enum key keys_in_sequence(struct key_reader *keys, char byte);

#endif

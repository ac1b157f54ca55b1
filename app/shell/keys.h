/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which key the bytes of a terminal mean. */

#ifndef MPSH_SHELL_KEYS_H
#define MPSH_SHELL_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that are kept of an escape sequence; every sequence known here is shorter. */
#define SEQUENCE_MAX 16
#define DEL '\177'
#define ESC '\033'
#define CTRL(c) (0x1f & (c))

/* What a terminal puts around a paste (DEC private mode 2004). */
#define PASTE_BEGIN "\033[200~"
#define PASTE_END "\033[201~"

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
	KEY_YANK,
	KEY_EOF,
	KEY_ENTER,
	KEY_INTERRUPT,
	KEY_REDRAW,
	KEY_SEARCH,
	KEY_ABORT,
	KEY_PASTE_BEGIN, /* the terminal's own marks around what is pasted */
};

/* Which byte of a key comes next. */
enum state {
	STATE_GROUND,
	STATE_ESCAPE,
	STATE_SEQUENCE, /* after ESC [ or ESC O */
	STATE_LINUX_F,  /* after ESC [ [ (Linux's console, F1 to F5): 1 byte to come */
	STATE_ALT_UTF8, /* in a character of several bytes, typed with Alt */
	STATE_MOUSE,    /* after ESC [ M (X10 mouse): bytes to come in bytes_left */
	STATE_STRING,   /* in an answer of the terminal, up to BEL or ESC \\ */
	STATE_STRING_ESCAPE,
};

/* The bytes received so far of a key. */
struct key_reader {
	enum state state;
	char introducer; /* '[' or 'O' */
	char sequence[SEQUENCE_MAX];
	size_t sequence_len;     /* of the whole sequence: may exceed SEQUENCE_MAX */
	unsigned int bytes_left; /* to come in STATE_ALT_UTF8, STATE_MOUSE */
};

/* The key of each control byte. */
extern const enum key control_keys[0x20];

/*
 * Take a byte. Returns true if it belongs to a sequence: *key is then the key that the
 * sequence stands for, or KEY_NONE if more bytes are to come or the sequence is none that
 * mpsh knows. Returns false for a byte that stands for itself. A control byte is one even
 * within a sequence, since Ctrl-C must work.
 */
bool keys_take(struct key_reader *keys, char byte, enum key *key);

#endif

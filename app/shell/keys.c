/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which key the bytes of a terminal mean. */

#include <stddef.h>

#include "shell/keys.h"

const enum key control_keys[0x20] = {
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

/*
 * The key that a sequence stands for. A modified key has a parameter, which is 1 plus
 * the sum of Shift (1), Alt (2) and Ctrl (4): Ctrl-Right is CSI 1;5C, on older
 * terminals CSI 5C. rxvt sends ESC O c instead.
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
			return KEY_NONE; /* a terminal's answer, or an unknown key */
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

enum key
keys_after_escape(struct key_reader *keys, char byte)
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
	default:
		break;
	}
	if (c >= 0xc2 && c <= 0xf4) {
		keys->state = STATE_ALT_UTF8;
		keys->alt_left = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	}
	return KEY_NONE;
}

enum key
keys_in_sequence(struct key_reader *keys, char byte)
{
	if (keys->sequence_len == 0 && keys->introducer == '[' && byte == '[') {
		keys->state = STATE_LINUX_F;
		return KEY_NONE;
	}
	if (keys->sequence_len < sizeof(keys->sequence))
		keys->sequence[keys->sequence_len] = byte;
	keys->sequence_len++;
	/* A byte from 0x40 to 0x7e ends a sequence. rxvt ends shifted keys with '$'. */
	if (byte < '@' && (byte != '$' || keys->sequence_len == 1))
		return KEY_NONE;
	keys->state = STATE_GROUND;
	return sequence_key(keys);
}

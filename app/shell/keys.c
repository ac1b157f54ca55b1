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
	[CTRL('G')] = KEY_ABORT,
	[CTRL('H')] = KEY_BACKSPACE,
	[CTRL('J')] = KEY_ENTER,
	[CTRL('K')] = KEY_CUT_RIGHT,
	[CTRL('L')] = KEY_REDRAW,
	[CTRL('M')] = KEY_ENTER,
	[CTRL('N')] = KEY_DOWN,
	[CTRL('P')] = KEY_UP,
	[CTRL('R')] = KEY_SEARCH,
	[CTRL('U')] = KEY_CUT_LEFT,
	[CTRL('W')] = KEY_CUT_WORD_LEFT,
	[CTRL('Y')] = KEY_YANK,
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
		case 200:
			return KEY_PASTE_BEGIN;
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
	case ']': /* OSC, then DCS, SOS, PM and APC: ECMA-48, 5.6 */
	case 'P':
	case 'X':
	case '^':
	case '_':
		keys->state = STATE_STRING;
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
		keys->bytes_left = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
	}
	return KEY_NONE;
}

/* A byte after ESC [ or ESC O. */
static enum key
in_sequence(struct key_reader *keys, char byte)
{
	if (keys->sequence_len == 0 && keys->introducer == '[' && byte == '[') {
		keys->state = STATE_LINUX_F;
		return KEY_NONE;
	}
	if (keys->sequence_len == 0 && keys->introducer == '[' && byte == 'M') {
		keys->state = STATE_MOUSE;
		keys->bytes_left = 3;
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

/* Returns false if the byte ends the string without belonging to it. */
static bool
in_string(struct key_reader *keys, char byte)
{
	if (keys->state == STATE_STRING_ESCAPE) {
		keys->state = STATE_GROUND;
		if (byte == '\\')
			return true;
		keys->state = STATE_ESCAPE;
		return false;
	}
	if (byte == ESC)
		keys->state = STATE_STRING_ESCAPE;
	else if (byte == CTRL('G'))
		keys->state = STATE_GROUND;
	return byte == ESC || byte == CTRL('G') || (unsigned char)byte >= ' ';
}

static bool
take_last_byte(struct key_reader *keys)
{
	if (--keys->bytes_left == 0)
		keys->state = STATE_GROUND;
	return true;
}

bool
keys_take(struct key_reader *keys, char byte, enum key *key)
{
	unsigned char c = byte;

	*key = KEY_NONE;
	if ((keys->state == STATE_STRING || keys->state == STATE_STRING_ESCAPE) &&
		in_string(keys, byte))
		return true;
	if (c < ' ') {
		keys->state = byte == ESC ? STATE_ESCAPE : STATE_GROUND;
		return byte == ESC;
	}
	switch (keys->state) {
	case STATE_ESCAPE:
		*key = after_escape(keys, byte);
		return true;
	case STATE_SEQUENCE:
		if (c >= 0x7f)
			break;
		*key = in_sequence(keys, byte);
		return true;
	case STATE_LINUX_F:
		if (c >= 0x7f)
			break;
		keys->state = STATE_GROUND;
		return true;
	case STATE_ALT_UTF8:
		if ((c & 0xc0) != 0x80)
			break;
		return take_last_byte(keys);
	case STATE_MOUSE:
		return take_last_byte(keys);
	case STATE_GROUND:
	case STATE_STRING:
	case STATE_STRING_ESCAPE:
		break;
	}
	keys->state = STATE_GROUND;
	return false;
}

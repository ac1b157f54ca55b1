/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* How many bytes one key sends. */

#include <stdbool.h>
#include <string.h>

#include "shell/keys.h"
#include "shell/onekey.h"

#define PASTE_MARK "\033[200~"

/* Bytes behind ESC [ M, in which X10 says where the mouse is. */
#define MOUSE_BYTES 3

static bool
is_control(char byte)
{
	return (unsigned char)byte < ' ' || byte == DEL;
}

/* A character in UTF-8; a byte that begins none is a key of its own. */
static enum onekey
look_at_character(const char *bytes, size_t n, size_t *length)
{
	unsigned char first = bytes[0];
	size_t whole = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

	*length = 1;
	if (first < 0xc2 || first > 0xf4)
		return ONEKEY_WHOLE;
	while (*length < whole && *length < n && (bytes[*length] & 0xc0) == 0x80)
		++*length;
	if (*length == n && n < whole)
		return ONEKEY_PART;
	if (*length < whole)
		*length = 1;
	return ONEKEY_WHOLE;
}

/* What begins with ESC [ or ESC O, up to its last byte. */
static enum onekey
look_at_sequence(const char *bytes, size_t n, size_t *length)
{
	size_t at = 2;

	/* Linux's console, F1 to F5: ESC [ [ and one byte. */
	if (n > 2 && bytes[1] == '[' && bytes[2] == '[')
		at = 3;
	/* A byte from 0x40 on is the last. rxvt ends shifted keys with '$'. */
	while (at < n && !is_control(bytes[at]) && bytes[at] < '@' &&
		(bytes[at] != '$' || at == 2))
		at++;
	if (at < n && bytes[1] == '[' && bytes[at] == 'M' && at == 2)
		at += MOUSE_BYTES;
	*length = at < n ? at + !is_control(bytes[at]) : n;
	if (at >= n)
		return ONEKEY_PART;
	if (*length == strlen(PASTE_MARK) && memcmp(bytes, PASTE_MARK, *length) == 0)
		return ONEKEY_PASTE;
	return ONEKEY_WHOLE;
}

/* An answer of the terminal that is a string, up to BEL or ESC \. */
static enum onekey
look_at_string(const char *bytes, size_t n, size_t *length)
{
	for (*length = 2; *length < n; ++*length) {
		if (bytes[*length] == '\a' ||
			(bytes[*length] == '\\' && bytes[*length - 1] == ESC)) {
			++*length;
			return ONEKEY_ANSWER;
		}
	}
	return ONEKEY_PART;
}

enum onekey
onekey_look(const char *bytes, size_t n, size_t *length)
{
	enum onekey found;

	*length = 1;
	if (bytes[0] != ESC)
		return look_at_character(bytes, n, length);
	if (n == 1)
		return ONEKEY_PART;
	if (bytes[1] == '[' || bytes[1] == 'O')
		return look_at_sequence(bytes, n, length);
	if (strchr("]P_^X", bytes[1]) != NULL && bytes[1] != '\0')
		return look_at_string(bytes, n, length);
	/* Any other key may be typed with Alt; so are those of the arrows by some. */
	found = bytes[1] == ESC ? onekey_look(bytes + 1, n - 1, length)
				: look_at_character(bytes + 1, n - 1, length);
	++*length;
	return found == ONEKEY_PASTE ? ONEKEY_WHOLE : found;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* How many bytes one key sends. */

#include <stdbool.h>

#include "shell/keys.h"
#include "shell/onekey.h"

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

/* What begins with ESC: as long as the reader of keys takes it for one. */
static enum onekey
look_at_sequence(const char *bytes, size_t n, size_t *length)
{
	struct key_reader reader = { 0 };
	bool is_answer = false;
	enum key key;

	for (*length = 0; *length < n; ++*length) {
		if (!keys_take(&reader, bytes[*length], &key)) {
			/* A control byte typed with Alt, or one that breaks a sequence
			 * off. */
			*length = *length == 1 ? 2 : *length;
			return ONEKEY_WHOLE;
		}
		if (reader.state == STATE_GROUND) {
			++*length;
			return is_answer                 ? ONEKEY_ANSWER
				: key == KEY_PASTE_BEGIN ? ONEKEY_PASTE
							 : ONEKEY_WHOLE;
		}
		is_answer = reader.state == STATE_STRING ||
			reader.state == STATE_STRING_ESCAPE;
	}
	return ONEKEY_PART;
}

enum onekey
onekey_look(const char *bytes, size_t n, size_t *length)
{
	return bytes[0] == ESC ? look_at_sequence(bytes, n, length)
			       : look_at_character(bytes, n, length);
}

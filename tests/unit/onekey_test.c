/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shell/onekey.h"

/* What the bytes begin with is of this kind and has this many bytes. */
#define IS(kind, bytes, whole)                                                           \
	do {                                                                             \
		size_t length;                                                           \
		assert_int_equal(onekey_look(bytes, strlen(bytes), &length), kind);      \
		assert_int_equal(length, whole);                                         \
	} while (0)

/* A key is a part until its last byte has come, whatever follows it. */
static void
is_key(const char *key)
{
	size_t whole = strlen(key), n, length;
	char bytes[64];

	for (n = 1; n < whole; n++) {
		assert_int_equal(onekey_look(key, n, &length), ONEKEY_PART);
		assert_int_equal(length, n);
	}
	for (n = 0; n < 4; n++) {
		strcpy(bytes, key);
		strcat(bytes, (const char *const[]){ "", "x", "\033[A", "\r" }[n]);
		IS(ONEKEY_WHOLE, bytes, whole);
	}
}

static void
keys_are_whole(void **state)
{
	static const char *const keys[] = { "x", "\r", "\t", "\177", "\x04", "\xc3\xa9",
		"\xe6\x97\xa5", "\xf0\x9f\x98\x80", "\033[A", "\033OA", "\033[1;5C",
		"\033[3~", "\033[15~", "\033[[A", "\033[2$", "\033x", "\033\xc3\xa9",
		"\033\r", "\033\033[A", "\033[M !!", "\033[<0;10;20M", "\033[Z" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		is_key(keys[i]);
}

static void
bytes_that_are_no_utf8_are_keys(void **state)
{
	(void)state;
	IS(ONEKEY_WHOLE, "\xff\xff", 1);
	IS(ONEKEY_WHOLE, "\x80x", 1);
	IS(ONEKEY_WHOLE, "\xc3x", 1);
	IS(ONEKEY_WHOLE, "\xe6\x97x", 1);
}

static void
a_sequence_ends_before_a_control_byte(void **state)
{
	(void)state;
	IS(ONEKEY_WHOLE, "\033[1\r", 3);
}

static void
pastes_and_answers_are_no_keys(void **state)
{
	(void)state;
	IS(ONEKEY_PASTE, "\033[200~text", 6);
	IS(ONEKEY_ANSWER, "\033]11;rgb:0/0/0\ax", 15);
	IS(ONEKEY_ANSWER, "\033P>|term\033\\x", 10);
	IS(ONEKEY_PART, "\033]11;rgb:0/0/0", 14);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_whole),
		cmocka_unit_test(bytes_that_are_no_utf8_are_keys),
		cmocka_unit_test(a_sequence_ends_before_a_control_byte),
		cmocka_unit_test(pastes_and_answers_are_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

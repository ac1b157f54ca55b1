/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The bytes of a string literal, NUL bytes within it included. */
#define BYTES(literal) (const uint8_t *)(literal), sizeof(literal) - 1

static void
decode_gives_code_point_and_length(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t cp;
	} cases[] = {
		{ "a", 'a' },
		{ "\x7f", 0x7f },
		{ "\xc2\x80", 0x80 },
		{ "\xdf\xbf", 0x7ff },
		{ "\xe0\xa0\x80", 0x800 },
		{ "\xed\x9f\xbf", 0xd7ff },
		{ "\xee\x80\x80", 0xe000 },
		{ "\xef\xbf\xbf", 0xffff },
		{ "\xf0\x90\x80\x80", 0x10000 },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff },
	};
	uint32_t cp;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		const uint8_t *s = (const uint8_t *)cases[i].bytes;
		size_t length = strlen(cases[i].bytes);

		assert_int_equal(text_utf8_decode(s, length, &cp), length);
		assert_int_equal(cp, cases[i].cp);
		/* What follows does not matter, but a byte too few does. */
		assert_int_equal(text_utf8_decode(s, length + 1, &cp), length);
		assert_int_equal(text_utf8_decode(s, length - 1, &cp), 0);
	}
}

static void
decode_refuses_what_rfc_3629_does(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xbf",                         /* a continuation alone */
		"\xc0\x80", "\xc1\xbf",                 /* overlong */
		"\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",     /* overlong */
		"\xed\xa0\x80", "\xed\xbf\xbf",         /* surrogates */
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", /* beyond U+10FFFF */
		"\xfe", "\xff", "\xc3(", "\xe2\x82(",
		"\xf0\x9f\x98(", /* broken off by another */
	};
	uint32_t cp;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		assert_int_equal(
			text_utf8_decode((const uint8_t *)bad[i], strlen(bad[i]), &cp),
			0);
		assert_false(text_is_utf8((const uint8_t *)bad[i], strlen(bad[i])));
	}
}

static void
decode_reads_no_byte_past_the_end(void **state)
{
	uint8_t *s = malloc(1); /* the sanitizer guards its end */
	uint32_t cp;

	(void)state;
	*s = 0xf0;
	assert_int_equal(text_utf8_decode(s, 1, &cp), 0);
	assert_int_equal(text_utf8_decode(s, 0, &cp), 0);
	free(s);
}

static void
nul_bytes_are_utf8(void **state)
{
	(void)state;
	assert_true(text_is_utf8(BYTES("a\0b\xc3\xa4")));
	assert_true(text_is_utf8(BYTES("")));
	assert_false(text_is_utf8(BYTES("a\0b\xc3")));
}

static void
invisible_characters_are_not_printable(void **state)
{
	static const uint32_t hidden[] = {
		0,
		0x1b,
		0x1f,
		0x7f,
		0x80,
		0x9b,
		0x9f,
		0xad,
		0x61c,
		0x180e,
		0x200b,
		0x200d,
		0x200e,
		0x200f,
		0x2028,
		0x2029,
		0x202a,
		0x202e,
		0x2060,
		0x2066,
		0x2069,
		0x206f,
		0xd800,
		0xe000,
		0xf8ff,
		0xfdd0,
		0xfdef,
		0xfeff,
		0xfff9,
		0xfffe,
		0xffff,
		0x1d173,
		0x1fffe,
		0xe0001,
		0xe0041,
		0xf0000,
		0x10ffff,
		0x110000,
		UINT32_MAX,
	};
	static const uint32_t shown[] = {
		' ',
		'~',
		'\\',
		0xa0,
		0xe4,
		0x301,
		0x61b,
		0x200a,
		0x2010,
		0x2027,
		0x202f,
		0x2070,
		0x4e2d,
		0xd7a3,
		0xfdcf,
		0xfdf0,
		0xfe0f,
		0xfffc,
		0xfffd,
		0x10000,
		0x1f600,
		0x20000,
		0xe0100,
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(hidden); i++)
		assert_false(text_is_printable(hidden[i]));
	for (i = 0; i < COUNT(shown); i++)
		assert_true(text_is_printable(shown[i]));
}

static void
width_is_that_of_unicode(void **state)
{
	static const uint32_t none[] = {
		0x300,
		0x36f,
		0x591,
		0x93c,
		0xe34,
		0x1160,
		0x20d0,
		0x302a,
		0x3099,
		0xfe0f,
		0xfe20,
		0xe0100,
		0xe01ef,
	};
	static const uint32_t one[] = {
		' ',
		'a',
		0xe4,
		0x2ff,
		0x370,
		0x3b1,
		0x10ff,
		0x2190,
		0x2580,
		0x2588,
		0x2603,
		0x303f,
		0xff61,
		0xfffd,
		0x1f321,
		0x1d400,
	};
	static const uint32_t two[] = {
		0x1100,
		0x231a,
		0x2705,
		0x3000,
		0x3042,
		0x4e00,
		0x9fff,
		0xac00,
		0xd7a3,
		0xff01,
		0xff60,
		0xffe0,
		0x1f300,
		0x1f600,
		0x1f680,
		0x1f980,
		0x1faf0,
		0x20000,
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(none); i++)
		assert_int_equal(text_width(none[i]), 0);
	for (i = 0; i < COUNT(one); i++)
		assert_int_equal(text_width(one[i]), 1);
	for (i = 0; i < COUNT(two); i++)
		assert_int_equal(text_width(two[i]), 2);
}

static void
assert_escaped(const uint8_t *s, size_t len, const char *expected)
{
	char *dst = malloc(TEXT_ESCAPED_SIZE(len));
	size_t length = text_escape(dst, s, len);

	assert_string_equal(dst, expected);
	assert_int_equal(length, strlen(expected));
	free(dst);
}

static void
escape_leaves_only_what_is_safe(void **state)
{
	(void)state;
	assert_escaped(BYTES(""), "");
	assert_escaped(BYTES("a b\\n \xc3\xa4 \xf0\x9f\x98\x80"),
		"a b\\n \xc3\xa4 \xf0\x9f\x98\x80");
	assert_escaped(BYTES("a\tb\nc\r"), "a\\tb\\nc\\x0d");
	assert_escaped(BYTES("\x1b[31m\0\x7f"), "\\x1b[31m\\x00\\x7f");
	assert_escaped(BYTES("\xc2\x9b\xe2\x80\xae"), "\\xc2\\x9b\\xe2\\x80\\xae");
	assert_escaped(BYTES("\xff\xfe"), "\\xff\\xfe");
	assert_escaped(BYTES("\xe2\x82"), "\\xe2\\x82");
	assert_escaped(BYTES("\xe2\x82x"), "\\xe2\\x82x");
}

static void
replace_gives_one_character_for_each_bad_byte(void **state)
{
	char dst[3 * 16 + 1];

	(void)state;
	assert_int_equal(text_replace_invalid(dst, BYTES("a\xff\xfe\xc3\xa4")), 9);
	assert_string_equal(dst, "a\xef\xbf\xbd\xef\xbf\xbd\xc3\xa4");
	assert_int_equal(text_replace_invalid(dst, BYTES("\xe2\x82x")), 7);
	assert_string_equal(dst, "\xef\xbf\xbd\xef\xbf\xbdx");
	assert_int_equal(text_replace_invalid(dst, BYTES("a\0b\x1b")), 4);
	assert_memory_equal(dst, "a\0b\x1b", 5);
	assert_int_equal(text_replace_invalid(dst, BYTES("")), 0);
	assert_string_equal(dst, "");
}

static void
durations_are_read_in_one_unit(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "0 ns" },
		{ 61, "61 ns" },
		{ 999, "999 ns" },
		{ 1000, "1.0 us" },
		{ 1049, "1.0 us" },
		{ 1050, "1.1 us" },
		{ 61300, "61.3 us" },
		{ 999949, "999.9 us" },
		{ 999950, "1.0 ms" },
		{ 999960, "1.0 ms" },
		{ 999949999, "999.9 ms" },
		{ 999950000, "1.0 s" },
		{ UINT64_C(6200000000), "6.2 s" },
		{ UINT64_C(3600000000000), "3600.0 s" },
		{ UINT64_MAX, "18446744073.7 s" },
	};
	char buf[TEXT_DURATION_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_ptr_equal(text_duration(buf, cases[i].ns), buf);
		assert_string_equal(buf, cases[i].text);
	}
}

static void
name_is(const char *bytes, const char *typed)
{
	uint8_t back[64];
	char name[TEXT_ESCAPED_SIZE(64)];

	assert_int_equal(
		text_name(name, (const uint8_t *)bytes, strlen(bytes)), strlen(typed));
	assert_string_equal(name, typed);
	assert_int_equal(text_name_bytes(back, typed, strlen(typed)), strlen(bytes));
	assert_memory_equal(back, bytes, strlen(bytes));
}

static void
names_can_be_typed(void **state)
{
	uint8_t back[16];

	(void)state;
	name_is("", "");
	name_is("jobs", "jobs");
	name_is("two words ", "two\\x20words\\x20");
	name_is("a\tb\nc", "a\\x09b\\x0ac");
	name_is("bad\xff\x1b", "bad\\xff\\x1b");
	name_is("gr\xc3\xbcn", "gr\xc3\xbcn");
	name_is("\xe2\x80\xae", "\\xe2\\x80\\xae");
	name_is("a?#", "a\\x3f#");
	name_is("a\\b\\", "a\\b\\");
	name_is("\\x41", "\\x5cx41");
	name_is("\\\\x", "\\\\x5cx");
	/* What is no \xNN is itself. */
	assert_int_equal(text_name_bytes(back, "\\x4\\xg1\\X41", 11), 11);
	assert_memory_equal(back, "\\x4\\xg1\\X41", 11);
	assert_int_equal(text_name_bytes(back, "\\x4Fa", 5), 2);
	assert_memory_equal(back, "Oa", 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode_gives_code_point_and_length),
		cmocka_unit_test(decode_refuses_what_rfc_3629_does),
		cmocka_unit_test(decode_reads_no_byte_past_the_end),
		cmocka_unit_test(nul_bytes_are_utf8),
		cmocka_unit_test(invisible_characters_are_not_printable),
		cmocka_unit_test(width_is_that_of_unicode),
		cmocka_unit_test(escape_leaves_only_what_is_safe),
		cmocka_unit_test(names_can_be_typed),
		cmocka_unit_test(replace_gives_one_character_for_each_bad_byte),
		cmocka_unit_test(durations_are_read_in_one_unit),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/nearest.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
nearest_word_is_found_within_two_edits(void **state)
{
	static const char *const short_word[] = { "x" };
	static const char *const words[] = {
		"send",
		"sendto",
		"set",
		"mp",
		"peers",
		"broadcast",
	};
	const char *words_with_lengthy[1];
	char lengthy[200];

	(void)state;
#define NEAREST(slip) text_nearest(slip, words, COUNT(words))
	assert_string_equal(NEAREST("sned"), "send"); /* swapped neighbours: one edit */
	assert_string_equal(NEAREST("send"), "send");
	assert_string_equal(NEAREST("sendt"), "send");
	assert_string_equal(NEAREST("sendtoo"), "sendto");
	assert_string_equal(NEAREST("peer"), "peers");
	assert_string_equal(NEAREST("brodcats"), "broadcast");
	assert_null(NEAREST("brodca"));
	assert_string_equal(NEAREST("sat"), "set");
	assert_null(NEAREST("xxt")); /* two edits are too many for set */
	assert_string_equal(NEAREST("m"), "mp");
	assert_null(NEAREST("q"));
	assert_null(NEAREST(""));
	assert_null(text_nearest("", short_word, 1));
	assert_string_equal(text_nearest("y", short_word, 1), "x");
	assert_null(text_nearest("send", words, 0));
	memset(lengthy, 's', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	assert_null(NEAREST(lengthy));
	words_with_lengthy[0] = lengthy;
	assert_null(
		text_nearest(lengthy, words_with_lengthy, 1)); /* no word is so long */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_word_is_found_within_two_edits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

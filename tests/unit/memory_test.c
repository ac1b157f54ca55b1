/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/loop.h"
#include "base/memory.h"

/* Linked with -Wl,--wrap=malloc and realloc: so many more fail. */
static unsigned int failures;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool
fails(void)
{
	return failures != 0 && failures-- != 0;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

static int
start(void **state)
{
	(void)state;
	failures = 0;
	return memory_start();
}

static void
test_the_reserve_is_spent_once(void **state)
{
	void *first, *second;

	(void)state;
	failures = 1;
	first = memory_get(100);
	assert_non_null(first);
	assert_int_equal(failures, 0);
	failures = 1;
	second = memory_get(100);
	assert_null(second);
	free(first);
}

static void
test_short_until_it_can_be_had_again(void **state)
{
	void *memory;

	(void)state;
	assert_false(memory_is_short());
	failures = 1;
	memory = memory_get(100);
	free(memory);
	failures = 1;
	assert_true(memory_is_short());
	assert_false(memory_is_short());
	failures = 1;
	memory = memory_get(100);
	assert_non_null(memory);
	free(memory);
}

static void
test_what_is_asked_for_in_other_ways(void **state)
{
	char *bytes = memory_get(4), *longer;
	int i;

	(void)state;
	memcpy(bytes, "abc", 4);
	failures = 1;
	longer = memory_resize(bytes, 4000);
	assert_non_null(longer);
	assert_string_equal(longer, "abc");
	free(longer);
	assert_false(memory_is_short());
	failures = 1;
	bytes = memory_zeroed(1000);
	for (i = 0; i < 1000; i++)
		assert_int_equal(bytes[i], 0);
	free(bytes);
}

static int
format(char **text, const char *words, ...)
{
	va_list list;
	int length;

	va_start(list, words);
	length = memory_format(text, words, list);
	va_end(list);
	return length;
}

static void
test_format(void **state)
{
	char *text;
	int length;

	(void)state;
	failures = 1;
	assert_int_equal(format(&text, "%s %d", "words", 12), 8);
	assert_string_equal(text, "words 12");
	free(text);
	for (length = 254; length <= 257; length++) {
		assert_int_equal(format(&text, "%*s!", length - 1, "x"), length);
		assert_int_equal(strlen(text), length);
		assert_string_equal(text + length - 2, "x!");
		free(text);
	}
	failures = 2;
	assert_int_equal(format(&text, "%s", "words"), -1);
	assert_null(text);
}

/* A document that lacked one allocation is whole. */
static void
test_jansson_has_the_reserve(void **state)
{
	json_t *document = json_object();
	char *text;

	(void)state;
	failures = 1;
	json_object_set_new(document, "c", json_pack("[s, i, {s:s}]", "d", 1, "e", "f"));
	assert_int_equal(failures, 0);
	text = json_dumps(document, JSON_COMPACT);
	assert_string_equal(text, "{\"c\":[\"d\",1,{\"e\":\"f\"}]}");
	free(text);
	json_decref(document);
}

static void
set_true(void *arg)
{
	*(bool *)arg = true;
}

static bool
is_true(void *arg)
{
	return *(bool *)arg;
}

static void
test_a_post_is_not_lost(void **state)
{
	bool called = false;

	(void)state;
	assert_int_equal(loop_init(), 0);
	failures = 1;
	assert_int_equal(loop_post(set_true, &called), 0);
	assert_int_equal(loop_until(is_true, &called, UINT64_C(10000000000)), 0);
	loop_free();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_the_reserve_is_spent_once, start),
		cmocka_unit_test_setup(test_short_until_it_can_be_had_again, start),
		cmocka_unit_test_setup(test_what_is_asked_for_in_other_ways, start),
		cmocka_unit_test_setup(test_format, start),
		cmocka_unit_test_setup(test_jansson_has_the_reserve, start),
		cmocka_unit_test_setup(test_a_post_is_not_lost, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/histogram.h"

#define LARGEST ((UINT64_C(1) << HISTOGRAM_MAX_BITS) - 1)

static struct histogram h;

static void
an_empty_one_has_no_percentiles(void **state)
{
	uint64_t counts[4] = { 9, 9, 9, 9 }, lower[5];

	(void)state;
	histogram_reset(&h);
	assert_int_equal(h.count, 0);
	assert_true(h.min == 0);
	assert_int_equal(h.max, 0);
	assert_int_equal(histogram_percentile(&h, 0), 0);
	assert_int_equal(histogram_percentile(&h, 50), 0);
	assert_int_equal(histogram_percentile(&h, 100), 0);
	assert_int_equal(histogram_parts(&h, 4, counts, lower), 0);
	assert_int_equal(counts[0], 0);
	assert_int_equal(lower[0], 0);
	assert_int_equal(lower[4], 0);
}

static void
reset_forgets_everything(void **state)
{
	unsigned int i;

	(void)state;
	histogram_reset(&h);
	histogram_record(&h, 1000);
	histogram_reset(&h);
	assert_int_equal(h.count, 0);
	for (i = 0; i < HISTOGRAM_BUCKETS; i++)
		assert_int_equal(h.bucket[i], 0);
}

/* Alone, a value is its own percentile; among others it is at most 1/32 too much. */
static void
every_value_is_found_within_a_32nd(void **state)
{
	uint64_t value, found;
	unsigned int bit, offset;

	(void)state;
	for (bit = 0; bit < HISTOGRAM_MAX_BITS; bit++) {
		for (offset = 0; offset < 97; offset++) {
			value = (UINT64_C(1) << bit) +
				((UINT64_C(1) << bit) * offset) / 97;
			histogram_reset(&h);
			histogram_record(&h, value);
			assert_true(histogram_percentile(&h, 50) == value);
			histogram_record(&h, 0);
			histogram_record(&h, LARGEST);
			found = histogram_percentile(&h, 50);
			assert_true(found >= value);
			assert_true(found - value <= value / 32);
		}
	}
}

static void
larger_values_count_as_the_largest(void **state)
{
	(void)state;
	histogram_reset(&h);
	histogram_record(&h, UINT64_MAX);
	histogram_record(&h, UINT64_C(1) << HISTOGRAM_MAX_BITS);
	assert_int_equal(h.count, 2);
	assert_int_equal(h.bucket[HISTOGRAM_BUCKETS - 1], 2);
	assert_true(h.max == LARGEST);
	assert_true(histogram_percentile(&h, 50) == LARGEST);
}

static void
percentiles_count_from_the_smallest(void **state)
{
	unsigned int i;

	(void)state;
	histogram_reset(&h);
	for (i = 0; i < 999; i++)
		histogram_record(&h, 10);
	histogram_record(&h, 1000000);
	assert_int_equal(histogram_percentile(&h, 0), 10);
	assert_int_equal(histogram_percentile(&h, 50), 10);
	assert_int_equal(histogram_percentile(&h, 99.9), 10); /* 999 of 1000, exactly */
	assert_int_equal(histogram_percentile(&h, 99.91), 1000000);
	assert_int_equal(histogram_percentile(&h, 100), 1000000);

	histogram_reset(&h);
	for (i = 1; i <= 10; i++)
		histogram_record(&h, i);
	assert_int_equal(histogram_percentile(&h, 50), 5);
	assert_int_equal(histogram_percentile(&h, 51), 6);
	assert_int_equal(histogram_percentile(&h, 0.001), 1);
}

static void
min_and_max_are_exact_and_bound_the_percentiles(void **state)
{
	(void)state;
	histogram_reset(&h);
	histogram_record(&h, 1000001);
	histogram_record(&h, 1000003);
	assert_int_equal(h.min, 1000001);
	assert_int_equal(h.max, 1000003);
	assert_int_equal(histogram_percentile(&h, 0), 1000001);
	assert_int_equal(histogram_percentile(&h, 1), 1000003);
	assert_int_equal(histogram_percentile(&h, 99), 1000003);
}

static void
parts_are_equal_on_a_logarithmic_scale(void **state)
{
	uint64_t counts[3], lower[4];
	unsigned int i;

	(void)state;
	histogram_reset(&h);
	histogram_record(&h, 1000);
	for (i = 0; i < 5; i++)
		histogram_record(&h, 50000);
	histogram_record(&h, 200000);
	histogram_record(&h, 1000000);
	assert_int_equal(histogram_parts(&h, 3, counts, lower), 5);
	assert_int_equal(lower[0], 1000);
	assert_int_equal(lower[1], 10000);
	assert_int_equal(lower[2], 100000);
	assert_int_equal(lower[3], 1000000);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], 5);
	assert_int_equal(counts[2], 2);

	/* There is no logarithm of 0: the scale begins at 1 ns. */
	histogram_reset(&h);
	histogram_record(&h, 0);
	histogram_record(&h, 1000);
	histogram_parts(&h, 3, counts, lower);
	assert_int_equal(lower[0], 0);
	assert_int_equal(lower[1], 10);
	assert_int_equal(lower[2], 100);
	assert_int_equal(lower[3], 1000);
}

static void
parts_lose_no_count(void **state)
{
	static const uint64_t spans[][2] = {
		{ 0, 0 },
		{ 0, 1 },
		{ 0, 100 },
		{ 7, 7 },
		{ 7, 8 },
		{ 5, 400 },
		{ 61000, 61001 },
		{ 61000, 75000 },
		{ 0, LARGEST },
		{ 1, LARGEST },
	};
	uint64_t counts[10], lower[11], sum, largest;
	unsigned int i, n, part;

	(void)state;
	for (i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		for (n = 1; n <= 10; n++) {
			histogram_reset(&h);
			histogram_record(&h, spans[i][0]);
			histogram_record(&h, (spans[i][0] + spans[i][1]) / 2);
			histogram_record(&h, spans[i][1]);
			largest = histogram_parts(&h, n, counts, lower);
			sum = 0;
			for (part = 0; part < n; part++) {
				sum += counts[part];
				assert_true(counts[part] <= largest);
				assert_true(lower[part] <= lower[part + 1]);
			}
			assert_int_equal(sum, 3);
			assert_true(lower[0] == spans[i][0]);
			assert_true(lower[n] == spans[i][1]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_has_no_percentiles),
		cmocka_unit_test(reset_forgets_everything),
		cmocka_unit_test(every_value_is_found_within_a_32nd),
		cmocka_unit_test(larger_values_count_as_the_largest),
		cmocka_unit_test(percentiles_count_from_the_smallest),
		cmocka_unit_test(min_and_max_are_exact_and_bound_the_percentiles),
		cmocka_unit_test(parts_are_equal_on_a_logarithmic_scale),
		cmocka_unit_test(parts_lose_no_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

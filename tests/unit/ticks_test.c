/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include <rte_cycles.h>

#include "base/ticks.h"

static uint64_t
raw_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC_RAW, &time);
	return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

static void
sleep_ms(long ms)
{
	const struct timespec time = { .tv_nsec = ms * 1000000 };

	nanosleep(&time, NULL);
}

/* What the ticks of a while are in ns by the module, in millionths of what they were. */
static uint64_t
measure(void)
{
	uint64_t before_ns = raw_ns(), before = rte_rdtsc(), ticks, ns;

	sleep_ms(200);
	ticks = rte_rdtsc() - before;
	ns = raw_ns() - before_ns;
	return ticks_to_ns(ticks) * 1000000 / ns;
}

/* Any of five: this process may lose its CPU between two readings of the clocks. */
static void
test_agrees_with_the_raw_clock(void **state)
{
	uint64_t best = UINT64_MAX;
	int i;

	(void)state;
	ticks_begin();
	sleep_ms(100);
	ticks_calibrate();
	for (i = 0; i < 5; i++) {
		uint64_t measured = measure();
		uint64_t off =
			measured > 1000000 ? measured - 1000000 : 1000000 - measured;

		best = off < best ? off : best;
	}
	assert_true(best < 100);
}

/* Measured again, after a while, the frequency takes the place of what was in use. */
static void
test_measures_again(void **state)
{
	uint64_t hz = ticks_hz();

	(void)state;
	ticks_begin();
	sleep_ms(20);
	ticks_calibrate();
	ticks_adopt(hz / 1000 * 1004);
	assert_int_equal(ticks_hz(), hz / 1000 * 1004);
	sleep_ms(20);
	ticks_calibrate();
	assert_true(ticks_hz() < hz / 1000 * 1001 && ticks_hz() > hz / 1000 * 999);
}

static void
test_too_short_a_time_changes_nothing(void **state)
{
	uint64_t hz = ticks_hz();

	(void)state;
	ticks_begin();
	ticks_calibrate();
	assert_int_equal(ticks_hz(), hz);
}

static void
test_another_process_is_believed_within_a_percent(void **state)
{
	uint64_t hz = ticks_hz();

	(void)state;
	ticks_adopt(0);
	assert_int_equal(ticks_hz(), hz);
	ticks_adopt(hz / 100 * 98);
	assert_int_equal(ticks_hz(), hz);
	ticks_adopt(hz / 100 * 102);
	assert_int_equal(ticks_hz(), hz);
	ticks_adopt(hz / 1000 * 1005);
	assert_int_equal(ticks_hz(), hz / 1000 * 1005);
	/* A percent of its own, not of what it was told before. */
	ticks_adopt(hz / 1000 * 1012);
	assert_int_equal(ticks_hz(), hz / 1000 * 1005);
	ticks_adopt(hz);
	assert_int_equal(ticks_hz(), hz);
}

static void
test_milliseconds_are_never_shorter(void **state)
{
	static const uint32_t ms[] = { 1, 3, 7, 600, 999, 1000, 1001, 86399999,
		UINT32_MAX };
	size_t i;

	(void)state;
	assert_int_equal(ticks_of_ms(0), 0);
	for (i = 0; i < sizeof(ms) / sizeof(ms[0]); i++) {
		uint64_t ns = ticks_to_ns(ticks_of_ms(ms[i]));

		assert_true(ns >= ms[i] * UINT64_C(1000000));
		assert_true(ns < ms[i] * UINT64_C(1000000) + 1000);
	}
}

static void
test_long_times_do_not_overflow(void **state)
{
	uint64_t year = ticks_hz() * 86400 * 365;

	(void)state;
	assert_int_equal(ticks_to_ns(year), UINT64_C(86400) * 365 * 1000000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees_with_the_raw_clock),
		cmocka_unit_test(test_measures_again),
		cmocka_unit_test(test_too_short_a_time_changes_nothing),
		cmocka_unit_test(test_another_process_is_believed_within_a_percent),
		cmocka_unit_test(test_milliseconds_are_never_shorter),
		cmocka_unit_test(test_long_times_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

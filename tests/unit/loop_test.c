/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Waiting in the loop, and what ends it. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/loop.h"

static bool
never(void *ctx)
{
	(void)ctx;
	return false;
}

/* As a reply and Ctrl-C in the same round of the loop. */
static bool
interrupt_and_be_done(void *ctx)
{
	(void)ctx;
	loop_interrupt();
	return true;
}

static void
an_interrupt_ends_one_wait(void **state)
{
	(void)state;
	assert_int_equal(loop_until(never, NULL, 0), -ETIMEDOUT);
	loop_interrupt();
	assert_int_equal(loop_until(never, NULL, 0), -EINTR);
	assert_int_equal(loop_until(never, NULL, 0), -ETIMEDOUT);
}

static void
an_interrupt_is_not_lost_when_the_wait_is_over(void **state)
{
	(void)state;
	assert_int_equal(loop_until(interrupt_and_be_done, NULL, 0), 0);
	assert_int_equal(loop_until(never, NULL, 1000000000), -EINTR);
	loop_interrupt();
	loop_interrupt_clear();
	assert_int_equal(loop_until(never, NULL, 0), -ETIMEDOUT);
}

static unsigned int drained;

static void
drain(void)
{
	drained++;
}

static void
a_wait_of_no_time_has_its_round(void **state)
{
	(void)state;
	drained = 0;
	loop_set_drain(drain);
	assert_int_equal(loop_until(never, NULL, 0), -ETIMEDOUT);
	assert_int_equal(drained, 1);
	/* And events have theirs. */
	loop_wake();
	assert_int_equal(loop_until(never, NULL, 0), -ETIMEDOUT);
	assert_int_equal(drained, 3);
	loop_set_drain(NULL);
}

static void
interrupts_are_counted(void **state)
{
	unsigned int before = loop_interrupts();

	(void)state;
	loop_interrupt();
	assert_int_equal(loop_until(never, NULL, 0), -EINTR);
	loop_interrupt();
	loop_interrupt_clear();
	assert_int_equal(loop_interrupts() - before, 2);
}

static int
setup(void **state)
{
	(void)state;
	return loop_init();
}

static int
teardown(void **state)
{
	(void)state;
	loop_free();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_interrupt_ends_one_wait, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_interrupt_is_not_lost_when_the_wait_is_over, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_wait_of_no_time_has_its_round, setup, teardown),
		cmocka_unit_test_setup_teardown(interrupts_are_counted, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

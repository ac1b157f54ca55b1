/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <semaphore.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

#include "base/watchdog.h"

static sem_t bitten;
static unsigned int n;

/* Twice it gives a little more time, then a lot. */
static uint32_t
bite(void)
{
	uint32_t ms = ++n < 3 ? 1 : 3600000;

	sem_post(&bitten);
	return ms;
}

static void
it_bites_until_the_time_that_it_gives_is_enough(void **state)
{
	(void)state;
	n = 0;
	assert_int_equal(watchdog_start(1, bite), 0);
	sem_wait(&bitten);
	sem_wait(&bitten);
	sem_wait(&bitten);
	watchdog_stop();
	assert_int_equal(n, 3);
	assert_int_equal(sem_trywait(&bitten), -1);
}

static void
it_does_not_bite_who_is_in_time(void **state)
{
	(void)state;
	n = 0;
	assert_int_equal(watchdog_start(3600000, bite), 0);
	watchdog_stop();
	assert_int_equal(n, 0);
	watchdog_stop(); /* once more does nothing */
}

static void
it_does_not_bite_before_the_time(void **state)
{
	struct timespec before, after;

	(void)state;
	n = 0;
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(watchdog_start(1050, bite), 0);
	sem_wait(&bitten);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec -
			before.tv_nsec >=
		1050000000);
	watchdog_stop();
}

static void
each_watch_has_a_time_of_its_own(void **state)
{
	unsigned int i;

	(void)state;
	n = 0;
	/* One that is over leaves the next, which ends sooner, as it is. */
	assert_int_equal(watchdog_start(3600000, bite), 0);
	watchdog_stop();
	assert_int_equal(watchdog_start(1, bite), 0);
	sem_wait(&bitten);
	watchdog_stop();
	while (sem_trywait(&bitten) == 0)
		;
	/* What was in time is not bitten later. */
	n = 0;
	for (i = 0; i < 100; i++) {
		assert_int_equal(watchdog_start(200, bite), 0);
		watchdog_stop();
	}
	usleep(250000);
	assert_int_equal(n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_bites_until_the_time_that_it_gives_is_enough),
		cmocka_unit_test(it_does_not_bite_who_is_in_time),
		cmocka_unit_test(it_does_not_bite_before_the_time),
		cmocka_unit_test(each_watch_has_a_time_of_its_own),
	};

	sem_init(&bitten, 0, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

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

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include <rte_ring.h>

#include "ring/mpmc.h"

#define SIZE 8

static struct rte_ring *ring;
static struct mpmc mpmc;

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(
		posix_memalign((void **)&ring, 64, rte_ring_get_memsize(SIZE)), 0);
	assert_int_equal(rte_ring_init(ring, "ring", SIZE, 0), 0);
	assert_int_equal(mpmc_keep(&mpmc, ring), 0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(ring);
	return 0;
}

static void *
number(uintptr_t n)
{
	return (void *)n;
}

static void
it_is_rte_rings_own_ring(void **state)
{
	void *object;
	uintptr_t i;

	(void)state;
	/* Over its end, in both directions. */
	for (i = 1; i < 3 * SIZE; i++) {
		assert_int_equal(mpmc_put(&mpmc, number(i)), 0);
		assert_int_equal(mpmc_count(&mpmc), 1);
		assert_int_equal(rte_ring_mc_dequeue(ring, &object), 0);
		assert_ptr_equal(object, number(i));
		assert_int_equal(rte_ring_mp_enqueue(ring, number(i + 100)), 0);
		assert_int_equal(mpmc_take(&mpmc, &object), 0);
		assert_ptr_equal(object, number(i + 100));
	}
}

static void
full_and_empty(void **state)
{
	void *object;
	uintptr_t i;

	(void)state;
	assert_int_equal(mpmc_take(&mpmc, &object), -ENOENT);
	for (i = 1; i < SIZE; i++)
		assert_int_equal(mpmc_put(&mpmc, number(i)), 0);
	assert_int_equal(mpmc_put(&mpmc, number(i)), -ENOBUFS);
	assert_int_equal(mpmc_count(&mpmc), SIZE - 1);
	for (i = 1; i < SIZE; i++) {
		assert_int_equal(mpmc_take(&mpmc, &object), 0);
		assert_ptr_equal(object, number(i));
	}
	assert_int_equal(mpmc_take(&mpmc, &object), -ENOENT);
}

/* One that has moved the head, and goes no further. */
static void
who_died_in_the_middle_makes_it_busy(void **state)
{
	void *object;

	(void)state;
	assert_int_equal(mpmc_put(&mpmc, number(1)), 0);
	ring->prod.head++;
	assert_int_equal(mpmc_put(&mpmc, number(2)), -EBUSY);
	assert_int_equal(ring->prod.head, 2);
	assert_int_equal(ring->prod.tail, 1);
	assert_int_equal(mpmc_take(&mpmc, &object), 0);
	ring->prod.head--;
	assert_int_equal(mpmc_put(&mpmc, number(2)), 0);
	ring->cons.head++;
	assert_int_equal(mpmc_take(&mpmc, &object), -EBUSY);
	assert_int_equal(ring->cons.tail, 1);
	ring->cons.head--;
	assert_int_equal(mpmc_take(&mpmc, &object), 0);
	assert_ptr_equal(object, number(2));
}

static void
a_damaged_header_is_seen(void **state)
{
	struct mpmc other;

	(void)state;
	assert_true(mpmc_is_sound(&mpmc));
	ring->prod.tail = SIZE;
	assert_false(mpmc_is_sound(&mpmc));
	assert_int_equal(mpmc_count(&mpmc), SIZE - 1);
	ring->prod.tail = SIZE - 1;
	assert_true(mpmc_is_sound(&mpmc));
	ring->prod.tail = 0;
	ring->prod.sync_type = RTE_RING_SYNC_ST;
	assert_false(mpmc_is_sound(&mpmc));
	ring->prod.sync_type = RTE_RING_SYNC_MT;
	ring->cons.sync_type = RTE_RING_SYNC_MT_HTS;
	assert_false(mpmc_is_sound(&mpmc));
	ring->cons.sync_type = RTE_RING_SYNC_MT;
	assert_true(mpmc_is_sound(&mpmc));
	ring->capacity--;
	assert_false(mpmc_is_sound(&mpmc));
	ring->capacity = SIZE;
	assert_int_equal(mpmc_keep(&other, ring), -EBADMSG);
	ring->capacity = SIZE - 1;
	ring->mask = SIZE;
	assert_false(mpmc_is_sound(&mpmc));
	assert_int_equal(mpmc_keep(&other, ring), -EBADMSG);
	ring->mask = SIZE - 1;
	ring->size = SIZE / 2;
	assert_false(mpmc_is_sound(&mpmc));
	assert_int_equal(mpmc_keep(&other, ring), -EBADMSG);
	ring->size = 0;
	assert_int_equal(mpmc_keep(&other, ring), -EBADMSG);
	ring->size = 6;
	ring->mask = 5;
	ring->capacity = 5;
	assert_int_equal(mpmc_keep(&other, ring), -EBADMSG);
}

#define EACH 20000

/* Puts the numbers from arg on, each until it is in. */
static void *
put_all(void *arg)
{
	uintptr_t i, from = (uintptr_t)arg;

	for (i = from; i < from + EACH; i++)
		while (mpmc_put(&mpmc, number(i)) < 0)
			sched_yield();
	return NULL;
}

/* The same, with rte_ring's own call. */
static void *
enqueue_all(void *arg)
{
	uintptr_t i, from = (uintptr_t)arg;

	for (i = from; i < from + EACH; i++)
		while (rte_ring_mp_enqueue(ring, number(i)) != 0)
			sched_yield();
	return NULL;
}

static void
beside_others_nothing_is_lost_or_repeated(void **state)
{
	static unsigned char seen[3 * EACH];
	pthread_t threads[3];
	void *object;
	unsigned int n;

	(void)state;
	memset(seen, 0, sizeof(seen));
	pthread_create(&threads[0], NULL, put_all, number(0));
	pthread_create(&threads[1], NULL, put_all, number(EACH));
	pthread_create(&threads[2], NULL, enqueue_all, number(2 * EACH));
	for (n = 0; n < 3 * EACH;) {
		if (mpmc_take(&mpmc, &object) < 0) {
			sched_yield();
			continue;
		}
		n++;
		seen[(uintptr_t)object]++;
	}
	for (n = 0; n < 3; n++)
		pthread_join(threads[n], NULL);
	for (n = 0; n < 3 * EACH; n++)
		assert_int_equal(seen[n], 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_is_rte_rings_own_ring),
		TEST(full_and_empty),
		TEST(who_died_in_the_middle_makes_it_busy),
		TEST(a_damaged_header_is_seen),
		TEST(beside_others_nothing_is_lost_or_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

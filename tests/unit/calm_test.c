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

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include <rte_ring.h>

#include "base/loop.h"
#include "peers/calm.h"
#include "peers/peer.h"
#include "peers/state.h"

#define ENOUGH 5 /* looks */

static char dir[] = "/tmp/mpsh-calm.XXXXXX";
static unsigned int stirred;

static void
on_stir(void)
{
	stirred++;
}

static bool
has_stirred(void *ctx)
{
	(void)ctx;
	return stirred != 0;
}

/* Look until it is calm; how often that took. */
static unsigned int
look_until_calm(void)
{
	unsigned int n = 1;

	while (!calm_look() && n < 100)
		n++;
	return n;
}

static int
set_up(void **state)
{
	(void)state;
	hub.config.role = ROLE_SECONDARY;
	hub.config.runtime_dir = dir;
	if (loop_init() < 0)
		return -1;
	calm_start(on_stir);
	calm_look(); /* the first knows of no other */
	stirred = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	calm_free();
	loop_free();
	memset(&hub, 0, sizeof(hub));
	return 0;
}

static void
it_is_calm_after_some_looks_that_find_nothing(void **state)
{
	(void)state;
	assert_in_range(look_until_calm(), ENOUGH - 1, ENOUGH);
	assert_true(calm_look());
	usleep(1000); /* the wait for a look */
	assert_true(calm_look());
	usleep(1000);
	usleep(1000);
	assert_false(calm_look());
	assert_int_equal(look_until_calm(), ENOUGH);
	assert_int_equal(stirred, 0);
}

static void
who_asks_for_a_peer_ends_the_calm(void **state)
{
	(void)state;
	calm_stir();
	assert_int_equal(stirred, 0); /* there was none yet */
	look_until_calm();
	calm_stir();
	assert_int_equal(stirred, 1);
	calm_stir();
	assert_int_equal(stirred, 1);
	assert_int_equal(look_until_calm(), ENOUGH);
}

static void
a_process_that_starts_ends_the_calm(void **state)
{
	char path[64];

	(void)state;
	look_until_calm();
	snprintf(path, sizeof(path), "%s/mp_socket_1_1", dir);
	close(open(path, O_RDWR | O_CREAT, 0600));
	assert_int_equal(loop_until(has_stirred, NULL, LOOP_FOREVER), 0);
	unlink(path);
	assert_int_equal(stirred, 1);
}

static void
a_message_through_the_primary_ends_the_calm(void **state)
{
	static struct rte_ring to, from;

	(void)state;
	hub.config.role = ROLE_PRIMARY;
	hub.config.max_peers = 3;
	hub.places[2].peer.state = PEER_UP;
	hub.places[2].to = &to;
	hub.places[2].from = &from;
	look_until_calm();
	from.cons.tail++;
	assert_false(calm_look());
	look_until_calm();
	to.prod.tail++;
	assert_false(calm_look());
	assert_int_equal(look_until_calm(), ENOUGH);
}

static void
some_are_never_calm(void **state)
{
	(void)state;
	calm_free();
	hub.config.runtime_dir = "/nowhere";
	calm_start(on_stir);
	assert_int_equal(look_until_calm(), 100);
	hub.config.runtime_dir = dir;
	hub.config.role = ROLE_GUEST;
	calm_start(on_stir);
	assert_int_equal(look_until_calm(), 100);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_calm_after_some_looks_that_find_nothing),
		TEST(who_asks_for_a_peer_ends_the_calm),
		TEST(a_process_that_starts_ends_the_calm),
		TEST(a_message_through_the_primary_ends_the_calm),
		TEST(some_are_never_calm),
	};
	int ret;

	if (mkdtemp(dir) == NULL)
		return 1;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	return rmdir(dir) != 0 ? 1 : ret;
}

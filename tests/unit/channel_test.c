/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A ring whose other side writes what it likes: nothing of it is believed unchecked. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rte_ring.h>

#include "message/message.h"
#include "ring/channel.h"

static struct rte_ring *ring;

static int
setup(void **state)
{
	ssize_t size = rte_ring_get_memsize_elem(MESSAGE_SLOT_SIZE, CHANNEL_DEPTH);

	(void)state;
	ring = aligned_alloc(64, (size + 63) / 64 * 64);
	return ring == NULL ||
		rte_ring_init(ring, "test", CHANNEL_DEPTH, RING_F_SP_ENQ | RING_F_SC_DEQ);
}

static int
teardown(void **state)
{
	(void)state;
	free(ring);
	return 0;
}

static void
put(struct channel *sender, const char *text)
{
	struct message message;

	message_build(&message, MESSAGE_TEXT, 1, 2, 3, text, strlen(text));
	channel_fill(sender, 0, &message);
	channel_publish(sender, 1);
}

static void
messages_arrive_in_order_until_the_ring_is_full(void **state)
{
	struct channel sender, receiver;
	struct message message;
	char text[16];
	int i;

	(void)state;
	assert_int_equal(channel_open(&sender, ring, true), 0);
	assert_int_equal(channel_open(&receiver, ring, false), 0);
	assert_int_equal(channel_ready(&receiver), 0);
	for (i = 0; i < CHANNEL_CAPACITY; i++) {
		assert_int_equal(channel_room(&sender, 1), CHANNEL_CAPACITY - i);
		snprintf(text, sizeof(text), "%d", i);
		put(&sender, text);
	}
	assert_int_equal(channel_room(&sender, 1), 0);
	assert_int_equal(channel_count(ring), CHANNEL_CAPACITY);
	assert_int_equal(channel_ready(&receiver), CHANNEL_CAPACITY);
	for (i = 0; i < CHANNEL_CAPACITY; i++) {
		snprintf(text, sizeof(text), "%d", i);
		channel_take(&receiver, i, &message);
		assert_int_equal(message_check(&message), 0);
		assert_int_equal(message.length, strlen(text));
		assert_memory_equal(message.text, text, message.length);
	}
	channel_release(&receiver, CHANNEL_CAPACITY);
	assert_int_equal(channel_room(&sender, 1), CHANNEL_CAPACITY);
	assert_int_equal(channel_count(ring), 0);
}

static void
a_count_out_of_shared_memory_is_no_more_than_fits(void **state)
{
	(void)state;
	ring->prod.tail = 5 + CHANNEL_CAPACITY;
	ring->cons.tail = 5;
	assert_int_equal(channel_count(ring), CHANNEL_CAPACITY);
	ring->prod.tail++;
	assert_int_equal(channel_count(ring), CHANNEL_CAPACITY);
	ring->cons.tail = 3000;
	assert_int_equal(channel_count(ring), CHANNEL_CAPACITY);
}

static void
a_position_of_the_other_side_beyond_the_ring_is_garbage(void **state)
{
	struct channel sender, receiver;

	(void)state;
	assert_int_equal(channel_open(&sender, ring, true), 0);
	assert_int_equal(channel_open(&receiver, ring, false), 0);
	ring->prod.tail = CHANNEL_CAPACITY;
	assert_int_equal(channel_ready(&receiver), CHANNEL_CAPACITY);
	receiver.other = receiver.position;
	ring->prod.tail = CHANNEL_CAPACITY + 1;
	assert_int_equal(channel_ready(&receiver), -EBADMSG);
	ring->prod.tail = 0;
	put(&sender, "one");
	ring->cons.tail = 2; /* takes more than was sent */
	assert_int_equal(channel_room(&sender, CHANNEL_CAPACITY), -EBADMSG);
}

static void
a_ring_of_another_shape_is_refused(void **state)
{
	struct channel channel;

	(void)state;
	ring->size = 2 * CHANNEL_DEPTH;
	assert_int_equal(channel_open(&channel, ring, true), -EBADMSG);
	ring->size = CHANNEL_DEPTH;
	ring->mask = 2 * CHANNEL_DEPTH - 1;
	assert_int_equal(channel_open(&channel, ring, false), -EBADMSG);
	ring->mask = CHANNEL_DEPTH - 1;
	ring->prod.tail = CHANNEL_CAPACITY + 1;
	assert_int_equal(channel_open(&channel, ring, false), -EBADMSG);
	ring->prod.tail = CHANNEL_CAPACITY;
	assert_int_equal(channel_open(&channel, ring, false), 0);
}

int
main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		test(messages_arrive_in_order_until_the_ring_is_full),
		test(a_count_out_of_shared_memory_is_no_more_than_fits),
		test(a_position_of_the_other_side_beyond_the_ring_is_garbage),
		test(a_ring_of_another_shape_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the switch passes on of a stream: whole, in order, to whom it is for, and no more.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rte_ring.h>

#include "base/ticks.h"
#include "message/message.h"
#include "message/stats.h"
#include "ring/channel.h"
#include "ring/doorbell.h"
#include "ring/link.h"
#include "ring/state.h"
#include "ring/stream.h"
#include "ring/switch.h"

#define SENDER 1
#define RECEIVER 2
#define OTHER 3
#define LONG 900 /* bytes of a text: many cache lines */

/* The sender's end of the ring that leads to the switch, the receivers' of theirs. */
static struct channel sender, receivers[OTHER + 1];
static struct doorbell_flag flags[OTHER + 1];
static uint8_t text[LONG];

static struct rte_ring *
new_ring(void)
{
	ssize_t size = rte_ring_get_memsize_elem(MESSAGE_SLOT_SIZE, CHANNEL_DEPTH);
	struct rte_ring *ring = aligned_alloc(64, (size + 63) / 64 * 64);

	assert_non_null(ring);
	memset(ring, 0, size);
	assert_int_equal(
		rte_ring_init(ring, "test", CHANNEL_DEPTH, RING_F_SP_ENQ | RING_F_SC_DEQ),
		0);
	return ring;
}

static void
open_receiver(unsigned int number)
{
	struct link *link = &worker.links[number];
	struct rte_ring *ring = new_ring();

	assert_int_equal(channel_open(&link->out, ring, true), 0);
	assert_int_equal(channel_open(&receivers[number], ring, false), 0);
	link->bell.flag = &flags[number];
	link->open = true;
}

/* As when its MESSAGE_BENCH_START is passed on. */
static void
begin_stream(unsigned int receiver)
{
	worker.links[SENDER].streams_to = receiver;
	worker.links[SENDER].streams_generation = worker.links[receiver].generation;
}

static int
set_up(void **state)
{
	struct rte_ring *ring = new_ring();
	unsigned int i;

	(void)state;
	memset(&worker, 0, sizeof(worker));
	worker.is_primary = true;
	worker.n_links = OTHER + 1;
	assert_int_equal(channel_open(&sender, ring, true), 0);
	assert_int_equal(channel_open(&worker.links[SENDER].in, ring, false), 0);
	worker.links[SENDER].open = true;
	open_receiver(RECEIVER);
	open_receiver(OTHER);
	begin_stream(RECEIVER);
	for (i = 0; i < LONG; i++)
		text[i] = i * 7;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(sender.ring);
	free(receivers[RECEIVER].ring);
	free(receivers[OTHER].ring);
	return 0;
}

static struct message
send(enum message_kind kind, unsigned int source, unsigned int destination,
	uint32_t count, unsigned int length)
{
	struct message message = { 0 };

	message_build(&message, kind, source, destination, 0, text, length);
	message.count = count;
	assert_true(channel_room(&sender, 1) > 0);
	channel_fill(&sender, 0, &message);
	channel_publish(&sender, 1);
	return message;
}

/* As the worker does it. Returns how many were passed on. */
static unsigned int
turn(void)
{
	struct channel *from = &worker.links[SENDER].in;
	int ready = channel_ready(from);
	unsigned int n;

	assert_true(ready > 0);
	n = switch_stream(SENDER, ready);
	channel_release(from, n);
	return n;
}

static void
it_passes_on_the_whole_of_each_message(void **state)
{
	static const unsigned int lengths[] = { 0, 1, 40, 41, 104, 105, LONG };
	struct message sent[RTE_DIM(lengths)], got;
	struct channel *receiver = &receivers[RECEIVER];
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(lengths); i++)
		sent[i] = send(MESSAGE_BENCH, SENDER, RECEIVER, i, lengths[i]);
	/* One a turn: those of a stream have one length, these have not. */
	for (i = 0; i < RTE_DIM(lengths); i++)
		assert_int_equal(turn(), 1);
	assert_int_equal(channel_ready(receiver), RTE_DIM(lengths));
	for (i = 0; i < RTE_DIM(lengths); i++) {
		channel_take(receiver, i, &got);
		assert_memory_equal(&got, &sent[i], MESSAGE_HEADER_SIZE + lengths[i]);
	}
	assert_int_equal(channel_ready(&receivers[OTHER]), 0);
}

static void
it_stops_where_another_receiver_begins(void **state)
{
	(void)state;
	send(MESSAGE_BENCH, SENDER, RECEIVER, 0, 64);
	send(MESSAGE_BENCH, SENDER, RECEIVER, 1, 64);
	send(MESSAGE_BENCH, SENDER, OTHER, 0, 64);
	assert_int_equal(turn(), 2);
	assert_int_equal(channel_ready(&receivers[RECEIVER]), 2);
	assert_int_equal(channel_ready(&receivers[OTHER]), 0);
	begin_stream(OTHER);
	assert_int_equal(turn(), 1);
	assert_int_equal(channel_ready(&receivers[OTHER]), 1);
}

static void
it_refuses_what_is_for_a_former_holder(void **state)
{
	struct message start, part;
	int waits;

	(void)state;
	assert_int_equal(stats_init(), 0);
	ticks_begin();
	while (ticks_calibrate() == 0)
		; /* switch_must_wait() counts a second in ticks */
	message_build(&start, MESSAGE_BENCH_START, SENDER, OTHER, 0, NULL, 0);
	switch_forward(&start);
	link_publish();
	part = send(MESSAGE_BENCH, SENDER, OTHER, 0, 64);
	assert_int_equal(turn(), 1);
	assert_int_equal(channel_ready(&receivers[OTHER]), 2);
	/* Its ring is full, so that what is for it would have to wait. */
	while (channel_room(&worker.links[OTHER].out, 1) > 0)
		channel_publish(&worker.links[OTHER].out, 1);
	assert_true(switch_must_wait(SENDER, &part));
	/* Another has the number now. */
	worker.links[OTHER].generation++;
	assert_false(switch_must_wait(SENDER, &part));
	while ((waits = channel_ready(&receivers[OTHER])) > 0)
		channel_release(&receivers[OTHER], waits);
	part = send(MESSAGE_BENCH, SENDER, OTHER, 1, 64);
	assert_int_equal(turn(), 0);
	switch_forward(&part);
	link_publish();
	assert_int_equal(channel_ready(&receivers[OTHER]), 0);
	assert_int_equal(stats_get(SENDER, TRANSPORT_RING, COUNT_REFUSED), 1);
	stats_free();
}

static void
it_leaves_what_is_no_stream(void **state)
{
	(void)state;
	send(MESSAGE_BENCH, SENDER, RECEIVER, 0, 64);
	send(MESSAGE_TEXT, SENDER, RECEIVER, 0, 64);
	assert_int_equal(turn(), 1);
	assert_int_equal(turn(), 0);
	assert_int_equal(channel_ready(&receivers[RECEIVER]), 1);
}

static void
it_leaves_what_cannot_come_from_there(void **state)
{
	(void)state;
	send(MESSAGE_BENCH, SENDER, RECEIVER, 0, 64);
	send(MESSAGE_BENCH, OTHER, RECEIVER, 1, 64);
	/* They are of generation 0: of who had the sender's number before, or is it. */
	worker.links[SENDER].generation = 1;
	assert_int_equal(turn(), 0);
	worker.links[SENDER].generation = 0;
	assert_int_equal(turn(), 1);
	assert_int_equal(turn(), 0);
	assert_int_equal(channel_ready(&receivers[RECEIVER]), 1);
}

static void
it_leaves_what_the_monitor_is_to_show(void **state)
{
	(void)state;
	send(MESSAGE_BENCH, SENDER, RECEIVER, 0, 64);
	worker.monitor = 1;
	assert_int_equal(turn(), 0);
	worker.monitor = 0;
	assert_int_equal(turn(), 1);
}

static void
it_leaves_what_is_for_nobody(void **state)
{
	(void)state;
	send(MESSAGE_BENCH, SENDER, OTHER + 1, 0, 64);
	assert_int_equal(turn(), 0);
}

static void
it_leaves_room_for_replies(void **state)
{
	unsigned int i, n, passed = 0;

	(void)state;
	for (i = 0; i < CHANNEL_CAPACITY; i++)
		send(MESSAGE_BENCH, SENDER, RECEIVER, i, 64);
	while ((n = turn()) != 0)
		passed += n;
	assert_int_equal(passed, CHANNEL_CAPACITY - STREAM_RESERVE);
	assert_int_equal(channel_ready(&receivers[RECEIVER]), passed);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_passes_on_the_whole_of_each_message),
		TEST(it_stops_where_another_receiver_begins),
		TEST(it_refuses_what_is_for_a_former_holder),
		TEST(it_leaves_what_is_no_stream),
		TEST(it_leaves_what_cannot_come_from_there),
		TEST(it_leaves_what_the_monitor_is_to_show),
		TEST(it_leaves_what_is_for_nobody),
		TEST(it_leaves_room_for_replies),
	};

	return cmocka_run_group_tests_name("switch", tests, NULL, NULL);
}

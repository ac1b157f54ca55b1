/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What bench promises: each message counted once, and what is lost or repeated told. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <rte_cycles.h>
#include <rte_ring.h>

#include "base/ticks.h"
#include "message/message.h"
#include "ring/channel.h"
#include "ring/stream.h"

#define TEXT_LENGTH 10

/* Count messages with these numbers, ended by UINT32_MAX. */
static struct stream_report
count(const uint32_t *numbers)
{
	struct stream_count *counted = malloc(sizeof(*counted));
	struct stream_report report;
	struct message message;

	assert_non_null(counted);
	stream_count_begin(counted, 0);
	message_build(&message, MESSAGE_BENCH, 1, 0, 0, "0123456789", TEXT_LENGTH);
	message.stamp = UINT64_MAX; /* in no time */
	for (; *numbers != UINT32_MAX; numbers++) {
		message.count = *numbers;
		stream_take_one(counted, &message);
	}
	stream_report(counted, &report);
	free(counted);
	return report;
}

static void
numbers_in_a_row_are_all_there(void **state)
{
	static const uint32_t numbers[] = { 0, 1, 2, 3, UINT32_MAX };
	struct stream_report report = count(numbers);

	(void)state;
	assert_int_equal(report.received, 4);
	assert_int_equal(report.lost, 0);
	assert_int_equal(report.disorder, 0);
	assert_int_equal(report.bytes, 4 * TEXT_LENGTH);
}

static void
a_gap_is_a_loss(void **state)
{
	static const uint32_t numbers[] = { 0, 1, 5, 6, UINT32_MAX };
	struct stream_report report = count(numbers);

	(void)state;
	assert_int_equal(report.received, 4);
	assert_int_equal(report.lost, 3);
	assert_int_equal(report.disorder, 0);
}

static void
what_comes_again_or_late_is_disorder(void **state)
{
	static const uint32_t late[] = { 0, 2, 1, UINT32_MAX };
	static const uint32_t again[] = { 0, 1, 1, 2, UINT32_MAX };
	struct stream_report report = count(late);

	(void)state;
	assert_int_equal(report.lost, 1);
	assert_int_equal(report.disorder, 1);
	report = count(again);
	assert_int_equal(report.received, 4);
	assert_int_equal(report.lost, 0);
	assert_int_equal(report.disorder, 1);
}

static void
a_stream_leaves_slots_for_other_messages(void **state)
{
	ssize_t size = rte_ring_get_memsize_elem(MESSAGE_SLOT_SIZE, CHANNEL_DEPTH);
	struct rte_ring *ring = aligned_alloc(64, (size + 63) / 64 * 64);
	struct stream *stream = calloc(1, sizeof(*stream));
	struct channel sender, receiver;
	struct message message;
	int n, sent = 0;

	(void)state;
	assert_non_null(ring);
	assert_non_null(stream);
	assert_int_equal(
		rte_ring_init(ring, "test", CHANNEL_DEPTH, RING_F_SP_ENQ | RING_F_SC_DEQ),
		0);
	assert_int_equal(channel_open(&sender, ring, true), 0);
	stream->size = TEXT_LENGTH;
	stream->burst = 50;
	stream_begin(stream);
	/* Whole bursts, and no more in a turn: the worker has others to look after. */
	assert_int_equal(stream_send(stream, &sender, STREAM_RESERVE), 100);
	sent = 100;
	while ((n = stream_send(stream, &sender, STREAM_RESERVE)) > 0)
		sent += n;
	assert_int_equal(n, 0);
	assert_int_equal(sent, CHANNEL_CAPACITY - 32);
	assert_int_equal(stream->sent, sent);
	assert_int_equal(channel_room(&sender, 1), 32);
	assert_int_equal(channel_open(&receiver, ring, false), 0);
	assert_int_equal(channel_ready(&receiver), sent);
	for (n = 0; n < sent; n++) {
		channel_take(&receiver, n, &message);
		assert_int_equal(message.count, n);
	}
	free(stream);
	free(ring);
}

/* What stream_take() takes of one message, which shared memory may hold in any form. */
static unsigned int
taken(const struct message *message)
{
	ssize_t size = rte_ring_get_memsize_elem(MESSAGE_SLOT_SIZE, CHANNEL_DEPTH);
	struct rte_ring *ring = aligned_alloc(64, (size + 63) / 64 * 64);
	struct stream_count *counted = malloc(sizeof(*counted));
	struct channel sender, receiver;
	unsigned int n;

	assert_non_null(ring);
	assert_non_null(counted);
	assert_int_equal(
		rte_ring_init(ring, "test", CHANNEL_DEPTH, RING_F_SP_ENQ | RING_F_SC_DEQ),
		0);
	assert_int_equal(channel_open(&sender, ring, true), 0);
	assert_int_equal(channel_open(&receiver, ring, false), 0);
	/* Not channel_fill(), which copies as much as the length says. */
	memcpy(channel_slot(&sender, 0), message, sizeof(*message));
	channel_publish(&sender, 1);
	assert_int_equal(channel_ready(&receiver), 1);
	stream_count_begin(counted, 0);
	n = stream_take(counted, &receiver, 1, 2, 3);
	free(counted);
	free(ring);
	return n;
}

static void
only_the_streams_messages_are_taken(void **state)
{
	static struct message good, message;

	(void)state;
	message_build(&good, MESSAGE_BENCH, 2, 3, 0, "0123456789", TEXT_LENGTH);
	assert_int_equal(taken(&good), 1);
	message = good;
	message.length = MESSAGE_TEXT_MAX;
	assert_int_equal(taken(&message), 1);
	message.length = MESSAGE_TEXT_MAX + 1;
	assert_int_equal(taken(&message), 0);
	message = good;
	message.source = 1;
	assert_int_equal(taken(&message), 0);
	message = good;
	message.destination = 2;
	assert_int_equal(taken(&message), 0);
	message = good;
	message.magic++;
	assert_int_equal(taken(&message), 0);
	message = good;
	message.generation = 1;
	assert_int_equal(taken(&message), 0);
	message = good;
	message.kind = MESSAGE_TEXT;
	assert_int_equal(taken(&message), 0);
}

/*
 * 98 times of almost nothing, one of a fifth of a second, one of 20 s. Longer ones than
 * the host has been up for cannot be made of its TSC.
 */
static void
times_are_told_by_their_share(void **state)
{
	struct stream_count *counted = malloc(sizeof(*counted));
	const uint64_t second = ticks_hz(), now = rte_rdtsc();
	struct stream_report report;
	struct message message;
	unsigned int i;

	(void)state;
	assert_non_null(counted);
	stream_count_begin(counted, 0);
	message_build(&message, MESSAGE_BENCH, 1, 0, 0, NULL, 0);
	for (i = 0; i < 100; i++) {
		message.count = i;
		message.stamp = i < 98 ? UINT64_MAX
			: i == 98      ? now - second / 5
				       : now - 20 * second;
		stream_take_one(counted, &message);
	}
	stream_report(counted, &report);
	free(counted);
	assert_int_equal(report.p50_ns, 0);
	assert_in_range(report.p99_ns, UINT64_C(190000000), UINT64_C(1000000000));
	assert_in_range(report.p9999_ns, UINT64_C(19000000000), UINT64_C(60000000000));
	assert_in_range(report.max_ns, UINT64_C(19000000000), UINT64_C(60000000000));
}

/* Without EAL the frequency of the TSC is not known, until it is measured. */
static int
measure_ticks(void **state)
{
	const struct timespec while_it_counts = { .tv_nsec = 20000000 };

	(void)state;
	ticks_begin();
	nanosleep(&while_it_counts, NULL);
	ticks_calibrate();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_in_a_row_are_all_there),
		cmocka_unit_test(a_gap_is_a_loss),
		cmocka_unit_test(what_comes_again_or_late_is_disorder),
		cmocka_unit_test(only_the_streams_messages_are_taken),
		cmocka_unit_test(times_are_told_by_their_share),
		cmocka_unit_test(a_stream_leaves_slots_for_other_messages),
	};

	return cmocka_run_group_tests(tests, measure_ticks, NULL);
}

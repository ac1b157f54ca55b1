/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * bare_ring BURST SECONDS EAL-options: a stream of 64 bytes from a secondary to the
 * primary over an rte_ring by value with one producer and one consumer, its elements as
 * large and as many as mpsh's, 64 bytes copied in and 64 out in place, BURST messages a
 * call. Nothing is checked but their order. The primary says "ready" and prints the
 * result.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_memcpy.h>
#include <rte_pause.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>
#include <rte_ring_peek_zc.h>

#include "common.h"

#define ELEMENT 1088 /* MESSAGE_SLOT_SIZE of app/message.h */
#define DEPTH 256    /* CHANNEL_DEPTH of app/channel.h */
#define NAME "bench"

_Static_assert(sizeof(struct bench_message) == 64, "what is copied");

/* Do both ends share a CPU? Then the one that has nothing to do lets the other go on. */
static bool yields;

static void
wait_a_little(void)
{
	if (yields)
		sched_yield();
	else
		rte_pause();
}

static void
fill(void *elements, unsigned int n, struct bench_message *message)
{
	uint8_t *at = elements;
	unsigned int i;

	for (i = 0; i < n; i++, at += ELEMENT) {
		rte_mov64(at, (const uint8_t *)message);
		message->number++;
	}
}

static void
send_all(struct rte_ring *ring, unsigned int burst, double seconds)
{
	uint64_t began = rte_rdtsc(), duration = seconds * rte_get_tsc_hz();
	struct bench_message message = { .number = 0 };
	struct rte_ring_zc_data place;
	unsigned int n;
	bool over = false;

	memset(message.text, 'm', sizeof(message.text));
	while (!over) {
		/* The last one says so, alone. */
		over = rte_rdtsc() - began >= duration;
		message.last = over;
		do {
			n = rte_ring_enqueue_zc_burst_elem_start(
				ring, ELEMENT, over ? 1 : burst, &place, NULL);
			if (n == 0)
				wait_a_little();
		} while (over && n == 0);
		if (n == 0)
			continue;
		fill(place.ptr1, place.n1, &message);
		if (place.n1 != n)
			fill(place.ptr2, n - place.n1, &message);
		rte_ring_enqueue_zc_elem_finish(ring, n);
	}
}

static void
take(const void *elements, unsigned int n, uint64_t *next, struct bench_message *message)
{
	const uint8_t *at = elements;
	unsigned int i;

	for (i = 0; i < n; i++, at += ELEMENT) {
		rte_mov64((uint8_t *)message, at);
		bench_use(message);
		if (message->number != (*next)++)
			bench_fail("a message is lost, repeated or out of order");
	}
}

static uint64_t
receive_all(struct rte_ring *ring, unsigned int burst, uint64_t *began)
{
	struct bench_message message = { .last = 0 };
	struct rte_ring_zc_data place;
	uint64_t next = 0;
	unsigned int n;

	do {
		n = rte_ring_dequeue_zc_burst_elem_start(
			ring, ELEMENT, burst, &place, NULL);
		if (n == 0) {
			wait_a_little();
			continue;
		}
		if (next == 0)
			*began = bench_now();
		take(place.ptr1, place.n1, &next, &message);
		if (place.n1 != n)
			take(place.ptr2, n - place.n1, &next, &message);
		rte_ring_dequeue_zc_elem_finish(ring, n);
	} while (!message.last);
	return next;
}

int
main(int argc, char *argv[])
{
	struct rte_ring *ring;
	unsigned int burst;
	uint64_t began = 0, messages;
	double seconds;

	if (argc < 4)
		bench_fail("usage: bare_ring spins|yields BURST SECONDS EAL-options");
	yields = strcmp(argv[1], "yields") == 0;
	burst = bench_number(argv[2]);
	seconds = bench_number(argv[3]);
	errno = 0;
	if (rte_eal_init(argc - 3, argv + 3) < 0)
		bench_fail("rte_eal_init");
	if (rte_eal_process_type() == RTE_PROC_PRIMARY) {
		ring = rte_ring_create_elem(NAME, ELEMENT, DEPTH, SOCKET_ID_ANY,
			RING_F_SP_ENQ | RING_F_SC_DEQ);
		if (ring == NULL)
			bench_fail("rte_ring_create_elem");
		puts("ready");
		fflush(stdout);
		messages = receive_all(ring, burst, &began);
		bench_stream(messages, bench_now() - began);
	} else {
		ring = rte_ring_lookup(NAME);
		if (ring == NULL)
			bench_fail("rte_ring_lookup");
		send_all(ring, burst, seconds);
	}
	rte_eal_cleanup();
	return 0;
}

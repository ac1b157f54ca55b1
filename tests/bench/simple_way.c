/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * simple_way SECONDS EAL-options: a stream from a secondary to the primary as DPDK's
 * example simple_mp sends: an element of a pool of 64 bytes is taken, the text copied
 * into it, and its pointer put on a ring for many producers and consumers, one message a
 * call; the receiver takes it, looks at it and gives the element back. Ring, pool and
 * cache are as large as there. Unlike there nothing is printed, and who finds nothing
 * spins. The lcores of the two must differ: the pool's caches are found by them. The
 * primary says "ready" and prints the result.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_mempool.h>
#include <rte_pause.h>
#include <rte_ring.h>
#include <rte_string_fns.h>

#include "common.h"

#define RING "bench"
#define POOL "bench"
#define RING_SIZE 64
#define POOL_SIZE 1024
#define POOL_CACHE 32
#define TEXT_SIZE 64

static void
send_all(struct rte_ring *ring, struct rte_mempool *pool, double seconds)
{
	uint64_t began = rte_rdtsc(), duration = seconds * rte_get_tsc_hz();
	char text[TEXT_SIZE];
	bool over;
	void *element;

	memset(text, 'm', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	do {
		over = rte_rdtsc() - began >= duration;
		if (over)
			text[0] = 'q';
		while (rte_mempool_get(pool, &element) < 0)
			rte_pause();
		rte_strlcpy(element, text, TEXT_SIZE);
		while (rte_ring_enqueue(ring, element) < 0)
			rte_pause();
	} while (!over);
}

static uint64_t
receive_all(struct rte_ring *ring, struct rte_mempool *pool, uint64_t *began)
{
	uint64_t messages = 0;
	void *element;
	bool over;

	do {
		while (rte_ring_dequeue(ring, &element) < 0)
			rte_pause();
		if (messages++ == 0)
			*began = bench_now();
		over = *(const char *)element == 'q';
		rte_mempool_put(pool, element);
	} while (!over);
	return messages;
}

int
main(int argc, char *argv[])
{
	struct rte_ring *ring;
	struct rte_mempool *pool;
	uint64_t began = 0, messages;
	double seconds;

	if (argc < 2)
		bench_fail("usage: simple_way SECONDS EAL-options");
	seconds = bench_number(argv[1]);
	errno = 0;
	if (rte_eal_init(argc - 1, argv + 1) < 0)
		bench_fail("rte_eal_init");
	if (rte_eal_process_type() == RTE_PROC_PRIMARY) {
		ring = rte_ring_create(RING, RING_SIZE, SOCKET_ID_ANY, 0);
		pool = rte_mempool_create(POOL, POOL_SIZE, TEXT_SIZE, POOL_CACHE, 0, NULL,
			NULL, NULL, NULL, SOCKET_ID_ANY, 0);
		if (ring == NULL || pool == NULL)
			bench_fail("ring or pool");
		puts("ready");
		fflush(stdout);
		messages = receive_all(ring, pool, &began);
		bench_stream(messages, bench_now() - began);
	} else {
		ring = rte_ring_lookup(RING);
		pool = rte_mempool_lookup(POOL);
		if (ring == NULL || pool == NULL)
			bench_fail("ring or pool");
		send_all(ring, pool, seconds);
	}
	rte_eal_cleanup();
	return 0;
}

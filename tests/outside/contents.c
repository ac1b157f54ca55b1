/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* clang-format off */
/*
 * An application of DPDK that holds objects of its pools in every way there is, for the
 * tests of where:
 *
 *     contents [EAL options] -- [COMMAND]
 *
 * Without a command it makes what follows, prints `ready`, and ends with its input. Of
 * things, 63 objects of 64 bytes without a cache,
 *
 *     5 are held by data: 3 by an array, and 2 by the first of them, one behind another
 *     1 by a block of malloc()'s, 1 by a mapping of its own
 *     2 by the stack of a thread that waits
 *     1 by a block of rte_malloc()'s, 1 by the memzone keeper
 *     2 wait in the ring pairs, by value: {number, address}
 *     2 are held by an object of carriers, which data holds
 *     5 are lost: 2 without a trace, 1 has left its address in an object of carriers that
 *       was given back, 1 in a slot of the ring spent, 1 where a stack was
 *
 * and 43 are in the pool. Of packets, 31 mbufs, 3 are one packet and 1 another that wait
 * in the ring wire; 1 has been cloned: the clone, of the pool clones, waits there, too.
 *
 *     hide           take one object of things; its address is nowhere for 130 ms, then
 *                    it is in the pool for 70 ms, again and again
 *     flicker        a thread that runs has one object of things: data has its address
 *                    every other 2 ms
 *     mainless       the main thread ends, others live on
 *     big N MIB      only a pool big of N objects of 64 bytes, of which every fourth is
 *                    held by a mapping of MIB, and every fourth is lost
 */
/* clang-format on */

#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>

#define MASK UINT64_C(0x5555555555555555)

struct pair {
	uint64_t number;
	void *address;
};

static struct rte_mempool *things, *carriers, *packets, *clones;
static void *volatile array[5];
static void *volatile *volatile block;
static void *volatile *volatile mapping;
static volatile uint64_t hidden;

static void
fail(const char *what)
{
	fprintf(stderr, "%s failed\n", what);
	_exit(1);
}

static void *
get(struct rte_mempool *pool)
{
	void *object = NULL;

	if (rte_mempool_get(pool, &object) < 0)
		fail("rte_mempool_get");
	memset(object, 0, pool->elt_size);
	return object;
}

/* What a function had on its stack is not there any more. */
static __attribute__((noinline)) void
wipe_stack(void)
{
	volatile char stack[16384];
	size_t i;

	for (i = 0; i < sizeof(stack); i++)
		stack[i] = 0;
}

static __attribute__((noinline)) void
hold_in_data(void)
{
	/* From the highest address down. */
	void *third = get(things), **second = get(things), **first = get(things);

	array[0] = first;
	array[1] = get(things);
	array[2] = get(things);
	first[2] = second;
	second[1] = third;
}

static __attribute__((noinline)) void
hold_in_memory(void)
{
	const struct rte_memzone *keeper =
		rte_memzone_reserve("keeper", 4096, SOCKET_ID_ANY, 0);
	/* Compilers know that nobody else reads such a block. */
	void *volatile *eal = rte_zmalloc("eal", 256, 0);

	block = calloc(1, sizeof(*block));
	mapping = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0);
	if (keeper == NULL || eal == NULL || block == NULL || mapping == MAP_FAILED)
		fail("memory");
	*block = get(things);
	mapping[1000] = get(things);
	eal[3] = get(things);
	((void **)keeper->addr)[17] = get(things);
}

static void *
hold_on_stack(void *arg)
{
	void *volatile held[2];

	held[0] = get(things);
	held[1] = get(things);
	sem_post(arg);
	for (;;)
		pause();
	return held[0];
}

static __attribute__((noinline)) void
hold_in_rings(void)
{
	struct rte_ring *pairs = rte_ring_create_elem(
				"pairs", sizeof(struct pair), 16, SOCKET_ID_ANY, 0),
			*spent = rte_ring_create("spent", 16, SOCKET_ID_ANY, 0);
	struct pair pair = { .number = 7 };
	void *object;
	int i;

	if (pairs == NULL || spent == NULL)
		fail("rte_ring_create");
	for (i = 0; i < 2; i++) {
		pair.address = get(things);
		if (rte_ring_enqueue_elem(pairs, &pair, sizeof(pair)) < 0)
			fail("rte_ring_enqueue");
	}
	if (rte_ring_enqueue(spent, get(things)) < 0 ||
		rte_ring_dequeue(spent, &object) < 0)
		fail("rte_ring_enqueue");
}

static __attribute__((noinline)) void
hold_in_objects(void)
{
	void **used = get(carriers), **spent = get(carriers);

	used[0] = get(things);
	used[7] = get(things);
	array[3] = used;
	spent[3] = get(things);
	rte_mempool_put(carriers, spent);
}

static __attribute__((noinline)) void
hold_in_packets(void)
{
	struct rte_ring *wire = rte_ring_create("wire", 16, SOCKET_ID_ANY, 0);
	struct rte_mbuf *head = rte_pktmbuf_alloc(packets);
	struct rte_mbuf *cloned = rte_pktmbuf_alloc(packets), *clone;

	if (wire == NULL || head == NULL || cloned == NULL)
		fail("packets");
	rte_pktmbuf_append(head, 60);
	rte_pktmbuf_append(cloned, 60);
	rte_pktmbuf_chain(head, rte_pktmbuf_alloc(packets));
	rte_pktmbuf_chain(head, rte_pktmbuf_alloc(packets));
	clone = rte_pktmbuf_clone(cloned, clones);
	if (clone == NULL || rte_ring_enqueue(wire, head) < 0 ||
		rte_ring_enqueue(wire, rte_pktmbuf_alloc(packets)) < 0 ||
		rte_ring_enqueue(wire, clone) < 0)
		fail("packets");
	/* The clone holds it alone. */
	rte_pktmbuf_free(cloned);
}

static __attribute__((noinline)) void
lose(void)
{
	get(things);
	get(things);
}

/* Deeper than what waits for the input will ever write. */
static __attribute__((noinline)) void
leave_on_stack(void)
{
	void *volatile deep[8192];
	size_t i;

	for (i = 0; i < 8192; i++)
		deep[i] = NULL;
	deep[1000] = get(things);
	(void)deep[1000];
}

static void *
hide(void *arg)
{
	void *object;

	(void)arg;
	for (;;) {
		object = get(things);
		hidden = (uint64_t)(uintptr_t)object ^ MASK;
		object = NULL;
		wipe_stack();
		usleep(130000);
		rte_mempool_put(things, (void *)(uintptr_t)(hidden ^ MASK));
		usleep(70000);
	}
	return NULL;
}

static void *
flicker(void *arg)
{
	struct timespec now;

	(void)arg;
	hidden = (uint64_t)(uintptr_t)get(things) ^ MASK;
	wipe_stack();
	for (;;) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		array[4] = now.tv_nsec / 2000000 % 2 == 0
			? (void *)(uintptr_t)(hidden ^ MASK)
			: NULL;
	}
	return NULL;
}

static void
make_pools(void)
{
	things = rte_mempool_create(
		"things", 63, 64, 0, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY, 0);
	carriers = rte_mempool_create(
		"carriers", 15, 64, 0, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY, 0);
	packets = rte_pktmbuf_pool_create(
		"packets", 31, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	clones = rte_pktmbuf_pool_create("clones", 15, 0, 0, 0, SOCKET_ID_ANY);
	if (things == NULL || carriers == NULL || packets == NULL || clones == NULL)
		fail("rte_mempool_create");
}

static void
make_contents(void)
{
	pthread_t thread;
	sem_t is_held;

	make_pools();
	hold_in_data();
	hold_in_memory();
	sem_init(&is_held, 0, 0);
	if (pthread_create(&thread, NULL, hold_on_stack, &is_held) != 0)
		fail("pthread_create");
	sem_wait(&is_held);
	hold_in_rings();
	hold_in_objects();
	hold_in_packets();
	lose();
	wipe_stack();
	leave_on_stack();
}

static void
make_big(unsigned int n, size_t mib)
{
	struct rte_mempool *big = rte_mempool_create(
		"big", n, 64, 256, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY, 0);
	size_t words = (mib << 20) / sizeof(uint64_t), i;
	uint64_t *memory = mmap(NULL, mib << 20, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (big == NULL || memory == MAP_FAILED)
		fail("big");
	for (i = 0; i < words; i++)
		memory[i] = i * UINT64_C(0x9e3779b97f4a7c15);
	for (i = 0; i < n / 2; i++) {
		uint64_t address = (uintptr_t)get(big);

		if (i % 2 == 1)
			memory[i * 16 % words] = address;
	}
}

static _Noreturn void *
wait_for_end(void *arg)
{
	char c;

	(void)arg;
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	/* As one that is killed: what it holds is what it was. */
	_exit(0);
}

int
main(int argc, char **argv)
{
	int eal = rte_eal_init(argc, argv), left;
	pthread_t thread;

	if (eal < 0)
		return 1;
	argv += eal + 1;
	left = argc - eal - 1;
	if (left == 3 && strcmp(argv[0], "big") == 0)
		make_big(strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10));
	else
		make_contents();
	if (left == 1 &&
		pthread_create(&thread, NULL,
			strcmp(argv[0], "hide") == 0 ? hide : flicker, NULL) != 0)
		fail("pthread_create");
	if (left == 1 && strcmp(argv[0], "mainless") == 0 &&
		pthread_create(&thread, NULL, wait_for_end, NULL) == 0) {
		if (write(STDOUT_FILENO, "ready\n", 6) == 6)
			pthread_exit(NULL);
	}
	if (write(STDOUT_FILENO, "ready\n", 6) != 6)
		return 1;
	wait_for_end(NULL);
}

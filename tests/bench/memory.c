/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * memory CPU CPU SECONDS: 1000 bytes in and out of shared memory with memcpy(), from one
 * CPU to the other: 256 places as far apart as the ring's elements, handed over 32 at a
 * time, and nothing else. The memory is a huge page, as the ring's is, where there is
 * one.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_pause.h>

#include "common.h"

#define SIZE 1000
#define PLACE 1088
#define PLACES 256
#define BURST 32
#define MEMORY (2 << 20)

struct shared {
	uint64_t filled __attribute__((aligned(128)));
	uint64_t emptied __attribute__((aligned(128)));
	uint64_t over
		__attribute__((aligned(128))); /* how many in all, when it is known */
	uint8_t places[PLACES][PLACE] __attribute__((aligned(128)));
};

static void
fill(struct shared *shared, double seconds)
{
	uint64_t began = rte_rdtsc(), duration = seconds * bench_tsc_hz();
	uint64_t filled = 0, emptied = 0, i;
	uint8_t message[SIZE];

	memset(message, 'm', sizeof(message));
	while (rte_rdtsc() - began < duration) {
		while (filled + BURST - emptied > PLACES) {
			emptied = __atomic_load_n(&shared->emptied, __ATOMIC_ACQUIRE);
			rte_pause();
		}
		for (i = 0; i < BURST; i++, filled++) {
			memcpy(message, &filled, sizeof(filled));
			memcpy(shared->places[filled % PLACES], message, SIZE);
		}
		__atomic_store_n(&shared->filled, filled, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&shared->over, filled, __ATOMIC_RELEASE);
}

static uint64_t
empty(struct shared *shared, uint64_t *began)
{
	uint64_t filled, emptied = 0, number;
	uint8_t message[SIZE];

	while (emptied == 0 ||
		__atomic_load_n(&shared->over, __ATOMIC_ACQUIRE) != emptied) {
		filled = __atomic_load_n(&shared->filled, __ATOMIC_ACQUIRE);
		if (filled == emptied) {
			rte_pause();
			continue;
		}
		if (emptied == 0)
			*began = bench_now();
		if (filled > emptied + BURST)
			filled = emptied + BURST;
		for (; emptied < filled; emptied++) {
			memcpy(message, shared->places[emptied % PLACES], SIZE);
			bench_use(message);
			memcpy(&number, message, sizeof(number));
			if (number != emptied)
				bench_fail("a message is lost, repeated or out of order");
		}
		__atomic_store_n(&shared->emptied, emptied, __ATOMIC_RELEASE);
	}
	return emptied;
}

int
main(int argc, char *argv[])
{
	const int flags = MAP_SHARED | MAP_ANONYMOUS;
	struct shared *shared;
	uint64_t began = 0, messages;
	double seconds;
	pid_t sender;

	_Static_assert(sizeof(struct shared) <= MEMORY, "it has to fit");
	if (argc != 4)
		bench_fail("usage: memory CPU CPU SECONDS");
	seconds = bench_number(argv[3]);
	bench_tsc_hz();
	shared = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, flags | MAP_HUGETLB, -1, 0);
	if (shared == MAP_FAILED)
		shared = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (shared == MAP_FAILED)
		bench_fail("mmap");
	memset(shared, 0, sizeof(*shared));
	errno = 0;
	sender = fork();
	if (sender < 0)
		bench_fail("fork");
	if (sender == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bench_pin(argv[1]);
		fill(shared, seconds);
		_exit(0);
	}
	bench_pin(argv[2]);
	messages = empty(shared, &began);
	bench_stream(messages, bench_now() - began);
	waitpid(sender, NULL, 0);
	return 0;
}

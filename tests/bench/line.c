/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * line CPU CPU COUNT: one cache line there and back between two processes that spin on
 * it, without a pause: the floor of every round trip.
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "common.h"

/* Even: to be answered; odd: answered. On a page of its own. */
static uint64_t *line;

static void
wait_for(uint64_t value)
{
	while (__atomic_load_n(line, __ATOMIC_ACQUIRE) != value)
		;
}

int
main(int argc, char *argv[])
{
	unsigned int count, i;
	uint64_t *times, before;
	pid_t other;

	if (argc != 4)
		bench_fail("usage: line CPU CPU COUNT");
	count = bench_number(argv[3]);
	times = calloc(count, sizeof(*times));
	line = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (times == NULL || line == MAP_FAILED)
		bench_fail("memory");
	other = fork();
	if (other < 0)
		bench_fail("fork");
	if (other == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bench_pin(argv[2]);
		for (i = 1; i <= count; i++) {
			wait_for(2 * (uint64_t)i);
			__atomic_store_n(line, 2 * (uint64_t)i + 1, __ATOMIC_RELEASE);
		}
		_exit(0);
	}
	bench_pin(argv[1]);
	for (i = 1; i <= count; i++) {
		before = rte_rdtsc();
		__atomic_store_n(line, 2 * (uint64_t)i, __ATOMIC_RELEASE);
		wait_for(2 * (uint64_t)i + 1);
		times[i - 1] = rte_rdtsc() - before;
	}
	bench_round_trips(times, count, 1e9 / bench_tsc_hz());
	free(times);
	return 0;
}

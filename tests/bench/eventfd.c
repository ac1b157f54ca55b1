/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * eventfd CPU CPU COUNT: there and back over two eventfds between two processes, each
 * blocked until it is rung, a ms apart, as two workers that have gone to sleep.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "common.h"

#define APART_US 1000

int
main(int argc, char *argv[])
{
	int there = eventfd(0, 0), back = eventfd(0, 0);
	unsigned int count, i;
	uint64_t *times, before;
	eventfd_t got;
	pid_t other;

	if (argc != 4)
		bench_fail("usage: eventfd CPU CPU COUNT");
	count = bench_number(argv[3]);
	times = calloc(count, sizeof(*times));
	other = fork();
	if (there < 0 || back < 0 || times == NULL || other < 0)
		bench_fail("eventfd");
	if (other == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bench_pin(argv[2]);
		while (eventfd_read(there, &got) == 0)
			if (eventfd_write(back, 1) != 0)
				break;
		_exit(1);
	}
	bench_pin(argv[1]);
	for (i = 0; i < count; i++) {
		usleep(APART_US);
		before = rte_rdtsc();
		if (eventfd_write(there, 1) != 0 || eventfd_read(back, &got) != 0)
			bench_fail("eventfd");
		times[i] = rte_rdtsc() - before;
	}
	kill(other, SIGKILL);
	bench_round_trips(times, count, 1e9 / bench_tsc_hz());
	free(times);
	return 0;
}

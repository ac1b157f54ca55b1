/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What mpsh is measured against: there and back between two processes, each pinned to a CPU. Prints the median
 * in ns.
 *
 *     baseline eventfd|line COUNT     an eventfd each way, both asleep; or one cache line, spinning
 *     baseline eal [EAL options]      only rte_eal_init(); prints "ready", ends at the end of its input
 */

#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_pause.h>

struct line {
	uint32_t value;
} __attribute__((aligned(64)));

static uint64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void
pin(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
wait_line(struct line *line, uint32_t value)
{
	while (__atomic_load_n(&line->value, __ATOMIC_ACQUIRE) != value)
		rte_pause();
}

static int
measure(int by_line, unsigned int count)
{
	struct line *lines = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int there = eventfd(0, 0), back = eventfd(0, 0);
	uint64_t *times = calloc(count, sizeof(*times));
	unsigned int i;
	eventfd_t got;
	pid_t child = fork();

	if (child == 0) {
		pin(1);
		for (i = 1; i <= count; i++) {
			if (by_line) {
				wait_line(&lines[0], i);
				__atomic_store_n(&lines[1].value, i, __ATOMIC_RELEASE);
			} else if (eventfd_read(there, &got) != 0 || eventfd_write(back, 1) != 0) {
				_exit(1);
			}
		}
		_exit(0);
	}
	pin(0);
	for (i = 1; i <= count; i++) {
		uint64_t before;

		/* Both asleep, as after a pause. */
		if (!by_line)
			usleep(500);
		before = now();
		if (by_line) {
			__atomic_store_n(&lines[0].value, i, __ATOMIC_RELEASE);
			wait_line(&lines[1], i);
		} else if (eventfd_write(there, 1) != 0 || eventfd_read(back, &got) != 0) {
			return 1;
		}
		times[i - 1] = now() - before;
	}
	waitpid(child, NULL, 0);
	qsort(times, count, sizeof(*times), compare);
	printf("%llu\n", (unsigned long long)times[count / 2]);
	return 0;
}

int
main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "eal") != 0)
		return measure(strcmp(argv[1], "line") == 0, atoi(argv[2]));
	if (rte_eal_init(argc - 1, argv + 1) < 0)
		return 1;
	puts("ready");
	fflush(stdout);
	getchar();
	rte_eal_cleanup();
	return 0;
}

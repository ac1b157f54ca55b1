/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A DPDK application that has something in its memory to be found after its death: five
 * messages in a ring of pointers, and a memzone of as many MiB as its argument says,
 * without a byte of zero. It prints "ready" and the ring's address, and on its standard
 * input takes
 *
 *     take    makes a memzone of 32 MiB more, for which EAL takes pages
 *     give    gives it back, and EAL its pages
 *
 * which it answers with "done" or "failed". It ends with its input.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>

#define JOBS 5

static bool
fill_memzone(int mib)
{
	size_t bytes = (size_t)mib << 20;
	const struct rte_memzone *memzone;

	if (mib == 0)
		return true;
	memzone = rte_memzone_reserve("pattern", bytes, SOCKET_ID_ANY, 0);
	if (memzone == NULL)
		return false;
	memset(memzone->addr, 'x', bytes);
	return true;
}

static struct rte_ring *
make_ring(void)
{
	struct rte_ring *ring = rte_ring_create("jobs", 64, SOCKET_ID_ANY, 0);
	struct rte_mempool *pool = rte_mempool_create(
		"job_pool", 63, 128, 0, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY, 0);
	void *job;
	int i;

	if (ring == NULL || pool == NULL)
		return NULL;
	for (i = 0; i < JOBS; i++) {
		if (rte_mempool_get(pool, &job) < 0)
			return NULL;
		snprintf(job, 128, "job %d: resize image %d.png", i, 7 * i);
		rte_ring_enqueue(ring, job);
	}
	return ring;
}

static bool
take_more(void)
{
	return rte_memzone_reserve("more", 32 << 20, SOCKET_ID_ANY, 0) != NULL;
}

static bool
give_back(void)
{
	return rte_memzone_free(rte_memzone_lookup("more")) == 0;
}

int
main(int argc, char *argv[])
{
	int n = rte_eal_init(argc, argv);
	const struct rte_ring *ring;
	char line[32];
	bool well;

	if (n < 0)
		return 1;
	ring = rte_eal_process_type() == RTE_PROC_PRIMARY ? make_ring()
							  : rte_ring_lookup("jobs");
	if (ring == NULL || (n + 1 < argc && !fill_memzone(atoi(argv[n + 1]))))
		return 1;
	printf("ready %p\n", (const void *)ring);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		well = strcmp(line, "take\n") == 0 ? take_more() : give_back();
		puts(well ? "done" : "failed");
		fflush(stdout);
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * One pointer into or out of an MP/MC ring of DPDK's that other processes use as well.
 * Unlike rte_ring's own calls these never wait: they begin only while nobody else is at
 * work, in one step, so that a process that dies in the middle of its own costs only the
 * ring (fact 11 of app/README.md). Any thread.
 */

#ifndef MPSH_RING_MPMC_H
#define MPSH_RING_MPMC_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ring.h>

/* A ring and its geometry at the start; a ring whose geometry changes is damaged. */
struct mpmc {
	struct rte_ring *ring;
	uint32_t size, mask, capacity;
};

/* Note the ring and its geometry. Returns 0, or -EBADMSG if that cannot be. */
int mpmc_keep(struct mpmc *mpmc, struct rte_ring *ring);

/* Is the ring's header as it was at the start, and do its positions fit it? */
bool mpmc_is_sound(const struct mpmc *mpmc);

/* How many elements wait, at most the capacity. */
unsigned int mpmc_count(const struct mpmc *mpmc);

/*
 * Put or take one pointer. Returns 0; -ENOBUFS: the ring is full; -ENOENT: it is empty;
 * -EBUSY: another process is at work on it, or has died there.
 */
int mpmc_put(const struct mpmc *mpmc, void *object);
int mpmc_take(const struct mpmc *mpmc, void **object);

#endif

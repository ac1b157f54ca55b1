/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Objects of a mempool that are free, and those that wait in rings. For one thread. */

#ifndef MPSH_OUTSIDE_QUEUED_H
#define MPSH_OUTSIDE_QUEUED_H

struct blocks;
struct group;
struct inventory;
struct pool;

/*
 * Find the objects of this pool in its own ring, if it keeps the free ones in one, and
 * then in the caches of the lcores, from which they may go to the ring meanwhile.
 */
void queued_find_free(const struct group *group, const struct pool *pool,
	struct inventory *inventory, struct blocks *blocks);

/*
 * Find the objects of this pool that wait in rings in DPDK's list, as pointers or within
 * elements.
 */
void queued_find_waiting(const struct group *group, const struct pool *pool,
	struct inventory *inventory, struct blocks *blocks);

#endif

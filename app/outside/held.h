/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Objects of a mempool to which the group's own memory refers: memzones, blocks of
 * rte_malloc() and objects of pools. For one thread.
 */

#ifndef MPSH_OUTSIDE_HELD_H
#define MPSH_OUTSIDE_HELD_H

struct blocks;
struct group;
struct inventory;
struct owners;
struct pool;

/*
 * Search memzones and blocks that are allocated. Rings, and the memory and the headers of
 * pools are left out: what they have had stays in them.
 */
void held_find_memory(const struct group *group, const struct owners *owners,
	struct inventory *inventory, struct blocks *blocks);

/* Search the objects of other pools, those that are not free. */
void held_find_objects(const struct group *group, const struct owners *owners,
	const struct pool *pool, struct inventory *inventory, struct blocks *blocks);

/*
 * Objects of the pool to which another refers that was found, and is not free, are where
 * that one is: the further segments of packets, lists. Of an mbuf only its next one
 * counts and the one whose buffer it has.
 */
void held_find_chains(const struct group *group, const struct owners *owners,
	const struct pool *pool, struct inventory *inventory, struct blocks *blocks);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Searches rings, and the caches of lcores. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "outside/blocks.h"
#include "outside/group.h"
#include "outside/inventory.h"
#include "outside/layout.h"
#include "outside/spot.h"
#include "outside/pool.h"
#include "outside/queued.h"
#include "outside/ring.h"

#define WORD sizeof(uint64_t)

/* A ring that does not say how large its elements are has pointers. */
#define POINTER_BYTES 8

struct search {
	const struct group *group;
	const struct pool *pool;
	struct blocks *blocks;
	struct seek seek;
};

static void
search_bytes(struct search *search, uint64_t address, uint64_t bytes)
{
	struct source *source = (struct source *)&search->group->source;

	blocks_walk(search->blocks, source, 0, address, address + bytes, inventory_seek,
		&search->seek);
}

/* ---- rings ---- */

/* Search the slots of the elements that wait: at most two pieces. */
static void
search_ring(struct search *search, const struct ring *header)
{
	struct ring ring = *header;
	uint32_t used = ring_used(&ring), first, n;

	if (!ring_is_sound(&ring) || used > ring.capacity)
		return;
	if (ring.element_bytes == 0)
		ring.element_bytes = POINTER_BYTES;
	first = ring.consumer.tail & ring.mask;
	n = used < ring.size - first ? used : ring.size - first;
	search_bytes(search, ring_slot(search->group, &ring, first),
		(uint64_t)n * ring.element_bytes);
	search_bytes(search, ring_slot(search->group, &ring, 0),
		(uint64_t)(used - n) * ring.element_bytes);
}

static void
search_waiting(const struct ring *ring, void *ctx)
{
	struct search *search = ctx;

	if (ring->address == search->pool->data || search->seek.inventory->n_left == 0)
		return;
	search->seek.spot.kind = SPOT_RING;
	memcpy(search->seek.spot.name, ring->name, ring->name_length);
	search->seek.spot.name_length = ring->name_length;
	search_ring(search, ring);
}

void
queued_find_waiting(const struct group *group, const struct pool *pool,
	struct inventory *inventory, struct blocks *blocks)
{
	struct search search = {
		.group = group,
		.pool = pool,
		.seek.inventory = inventory,
		.blocks = blocks,
	};

	ring_walk(group, search_waiting, &search);
}

/* ---- free objects ---- */

/* How many of n words from an offset on are objects? */
static uint32_t
count_objects(const struct inventory *inventory, const uint64_t *words, uint32_t n)
{
	uint32_t i, hits = 0;

	for (i = 0; i < n; i++)
		hits += inventory_find(inventory, words[i]) != SIZE_MAX;
	return hits;
}

/*
 * Where the objects of a cache begin depends on how DPDK was built (with statistics in it
 * or not): where as many words as it has objects are that.
 */
static size_t
find_objects(
	const struct search *search, const uint64_t *words, size_t n, uint32_t length)
{
	size_t known = search->group->layout->rte_mempool_cache_objs / WORD, at,
	       best = known;
	uint32_t hits, most;

	most = count_objects(search->seek.inventory, words + known, length);
	for (at = 0; most < length && at + length <= n; at++) {
		hits = count_objects(search->seek.inventory, words + at, length);
		if (hits > most) {
			most = hits;
			best = at;
		}
	}
	return best;
}

static void
search_cache(struct search *search, unsigned int lcore)
{
	const struct layout *layout = search->group->layout;
	size_t bytes = layout->size_of_rte_mempool_cache, at;
	uint64_t *words = search->blocks->words;
	uint32_t length;

	if (bytes > BLOCKS_BYTES ||
		pool_cache(search->group, search->pool, lcore, &length) < 0 ||
		length == 0 || length > (bytes - layout->rte_mempool_cache_objs) / WORD ||
		group_read(search->group, search->pool->caches + (uint64_t)lcore * bytes,
			words, bytes) < 0)
		return;
	search->seek.spot.kind = SPOT_CACHE;
	search->seek.spot.lcore = lcore;
	at = find_objects(search, words, bytes / WORD, length);
	inventory_seek(0, words + at, length, &search->seek);
}

void
queued_find_free(const struct group *group, const struct pool *pool,
	struct inventory *inventory, struct blocks *blocks)
{
	struct search search = {
		.group = group,
		.pool = pool,
		.seek.inventory = inventory,
		.blocks = blocks,
	};
	struct pool now = *pool;
	unsigned int lcore;

	if (pool->has_ring && ring_look(group, &now.ring) == 0) {
		search.seek.spot.kind = SPOT_POOL;
		search_ring(&search, &now.ring);
	}
	if (pool->caches == 0)
		return;
	for (lcore = 0; lcore < group->layout->max_lcore; lcore++)
		search_cache(&search, lcore);
}

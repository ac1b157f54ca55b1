/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Searches the memory of a group. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "outside/blocks.h"
#include "outside/group.h"
#include "outside/heap.h"
#include "outside/held.h"
#include "outside/inventory.h"
#include "outside/layout.h"
#include "outside/mbuf.h"
#include "outside/memzone.h"
#include "outside/owner.h"
#include "outside/spot.h"
#include "outside/pool.h"
#include "outside/queued.h"
#include "outside/ring.h"

/* Of a large object that is no mbuf no more is searched. */
#define OBJECT_MAX BLOCKS_BYTES

struct search {
	const struct group *group;
	const struct owners *owners;
	struct blocks *blocks;
	bool *is_left_out; /* of each memzone */
	struct seek seek;
};

static void
search_bytes(struct search *search, uint64_t from, uint64_t to)
{
	struct source *source = (struct source *)&search->group->source;
	pid_t pid = search->group->kind == GROUP_PROCESS ? source->pid : 0;

	blocks_walk(search->blocks, source, pid, from, to, inventory_seek, &search->seek);
}

/* ---- memzones and blocks ---- */

/* The index of the first memzone that begins at an address or behind it. */
static size_t
first_memzone(const struct owners *owners, uint64_t address)
{
	size_t low = 0, high = owners->n_memzones, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (owners->memzones[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Does the memory of a pool lie between two addresses? */
static bool
has_chunk(const struct owners *owners, uint64_t from, uint64_t to)
{
	size_t low = 0, high = owners->n_chunks, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (owners->chunks[middle].to <= from)
			low = middle + 1;
		else
			high = middle;
	}
	return low < owners->n_chunks && owners->chunks[low].from < to;
}

static void
leave_out(struct search *search, uint64_t address)
{
	size_t i = first_memzone(search->owners, address);

	if (i < search->owners->n_memzones &&
		search->owners->memzones[i].address == address)
		search->is_left_out[i] = true;
}

static void
leave_out_ring(const struct ring *ring, void *ctx)
{
	leave_out(ctx, ring->address);
}

static void
choose_memzones(struct search *search)
{
	const struct owners *owners = search->owners;
	size_t i;

	for (i = 0; i < owners->n_memzones; i++)
		search->is_left_out[i] = has_chunk(owners, owners->memzones[i].address,
			owners->memzones[i].address + owners->memzones[i].bytes);
	for (i = 0; i < owners->n_pools; i++)
		leave_out(search, owners->pools[i].address);
	ring_walk(search->group, leave_out_ring, search);
}

/* A memzone is in a block, too, which is not searched again, nor is a pool's memory. */
static void
search_block(uint64_t address, uint64_t bytes, bool is_used, void *ctx)
{
	struct search *search = ctx;
	const struct owners *owners = search->owners;
	uint64_t from = address + search->group->layout->size_of_malloc_elem;
	uint64_t to = address + bytes;
	size_t i = first_memzone(owners, from);

	if (is_used && from < to && search->seek.inventory->n_left > 0 &&
		(i == owners->n_memzones || owners->memzones[i].address >= to) &&
		!has_chunk(owners, from, to))
		search_bytes(search, from, to);
}

void
held_find_memory(const struct group *group, const struct owners *owners,
	struct inventory *inventory, struct blocks *blocks)
{
	struct search search = {
		.group = group,
		.owners = owners,
		.seek.inventory = inventory,
		.blocks = blocks,
		.is_left_out = calloc(owners->n_memzones + 1, sizeof(bool)),
		.seek.spot.kind = SPOT_MEMZONE,
	};
	const struct memzone *memzone;
	size_t i;

	if (search.is_left_out == NULL)
		return;
	choose_memzones(&search);
	for (i = 0; i < owners->n_memzones && inventory->n_left > 0; i++) {
		memzone = &owners->memzones[i];
		memcpy(search.seek.spot.name, memzone->name, memzone->name_length);
		search.seek.spot.name_length = memzone->name_length;
		if (!search.is_left_out[i])
			search_bytes(&search, memzone->address,
				memzone->address + memzone->bytes);
	}
	free(search.is_left_out);
	search.seek.spot.kind = SPOT_EAL_HEAP;
	search.seek.spot.name_length = 0;
	heap_walk(group, search_block, &search);
}

/* ---- objects ---- */

/* Search an mbuf of any pool; false if it is none. */
static bool
search_mbuf(struct search *search, struct mbufs *mbufs, const struct pool *pool,
	uint64_t address)
{
	struct mbuf mbuf;
	size_t within;

	if (mbuf_read(mbufs, pool, address, &mbuf) < 0)
		return false;
	inventory_seek(0, &mbuf.next, 1, &search->seek);
	within = inventory_within(search->seek.inventory, mbuf.data);
	if (within != SIZE_MAX)
		inventory_put(search->seek.inventory, within, &search->seek.spot);
	return true;
}

static void
search_object(struct search *search, struct mbufs *mbufs, const struct pool *pool,
	uint64_t address)
{
	uint64_t bytes =
		pool->element_bytes < OBJECT_MAX ? pool->element_bytes : OBJECT_MAX;

	if (!search_mbuf(search, mbufs, pool, address))
		search_bytes(search, address, address + bytes);
}

/* Search all objects of a pool but those that are free. */
static void
search_pool(struct search *search, const struct pool *pool)
{
	struct mbufs mbufs = { .group = search->group, .owners = search->owners };
	struct spots spots;
	struct inventory others;
	size_t i;

	if (spots_init(&spots) < 0)
		return;
	if (inventory_open(search->group, pool, &spots, &others) == 0) {
		queued_find_free(search->group, pool, &others, search->blocks);
		for (i = 0; i < others.n && search->seek.inventory->n_left > 0; i++)
			if (others.at[i] == SPOTS_NOWHERE)
				search_object(search, &mbufs, pool, others.addresses[i]);
		inventory_close(&others);
	}
	spots_free(&spots);
}

void
held_find_objects(const struct group *group, const struct owners *owners,
	const struct pool *pool, struct inventory *inventory, struct blocks *blocks)
{
	struct search search = {
		.group = group,
		.owners = owners,
		.seek.inventory = inventory,
		.blocks = blocks,
		.seek.spot.kind = SPOT_OBJECT,
	};
	size_t i;

	for (i = 0; i < owners->n_pools && inventory->n_left > 0; i++) {
		const struct pool *other = &owners->pools[i];

		if (other->address == pool->address)
			continue;
		memcpy(search.seek.spot.name, other->name, other->name_length);
		search.seek.spot.name_length = other->name_length;
		search_pool(&search, other);
	}
}

/* Can this object, which was found, lead to others? Those that are free do not. */
static bool
is_in_use(const struct inventory *inventory, size_t i)
{
	enum spot_kind kind = inventory->spots->all[inventory->at[i]].kind;

	return kind != SPOT_NOWHERE && kind != SPOT_POOL && kind != SPOT_CACHE;
}

void
held_find_chains(const struct group *group, const struct owners *owners,
	const struct pool *pool, struct inventory *inventory, struct blocks *blocks)
{
	struct search search = {
		.group = group,
		.owners = owners,
		.seek.inventory = inventory,
		.blocks = blocks,
	};
	struct mbufs mbufs = { .group = group, .owners = owners };
	bool *is_done = calloc(inventory->n + 1, sizeof(bool));
	size_t i, before;

	/* Until nothing more is found: each leads to others. */
	do {
		before = inventory->n_left;
		for (i = 0; is_done != NULL && i < inventory->n && inventory->n_left > 0;
			i++) {
			if (is_done[i] || !is_in_use(inventory, i))
				continue;
			is_done[i] = true;
			search.seek.spot = inventory->spots->all[inventory->at[i]];
			search_object(&search, &mbufs, pool, inventory->addresses[i]);
		}
	} while (inventory->n_left < before && inventory->n_left > 0);
	free(is_done);
}

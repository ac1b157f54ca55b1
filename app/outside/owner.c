/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds whose a pointer is. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/memzone.h"
#include "outside/owner.h"
#include "outside/pool.h"

/* All pools together have no more pieces of memory: a page each of 2 TiB. */
#define CHUNKS_MAX (1 << 20)

struct fill {
	struct owners *owners;
	int ret;
};

/* The list of a pool's memory: struct rte_mempool_memhdr. */
static int
add_chunks(struct owners *owners, const struct pool *pool, size_t index)
{
	const struct layout *layout = owners->group->layout;
	struct owner_chunk *chunks;
	uint64_t at = pool->chunks;
	char header[128];

	while (at != 0 && owners->n_chunks < CHUNKS_MAX) {
		if (layout->size_of_rte_mempool_memhdr > sizeof(header) ||
			group_read(owners->group, at, header,
				layout->size_of_rte_mempool_memhdr) < 0 ||
			group_u64(header, layout->rte_mempool_memhdr_mp) != pool->address)
			return 0;
		chunks = array_grow(owners->chunks, owners->n_chunks, sizeof(*chunks));
		if (chunks == NULL)
			return -ENOMEM;
		owners->chunks = chunks;
		chunks += owners->n_chunks++;
		chunks->from = group_u64(header, layout->rte_mempool_memhdr_addr);
		chunks->to =
			chunks->from + group_u64(header, layout->rte_mempool_memhdr_len);
		chunks->pool = index;
		at = group_u64(header, layout->rte_mempool_memhdr_next);
	}
	return 0;
}

static void
add_pool(const struct pool *pool, void *ctx)
{
	struct fill *fill = ctx;
	struct owners *owners = fill->owners;
	struct pool *pools = array_grow(owners->pools, owners->n_pools, sizeof(*pools));

	if (pools == NULL || fill->ret < 0) {
		fill->ret = -ENOMEM;
		return;
	}
	owners->pools = pools;
	pools[owners->n_pools] = *pool;
	fill->ret = add_chunks(owners, pool, owners->n_pools++);
}

static void
add_memzone(const struct memzone *memzone, void *ctx)
{
	struct fill *fill = ctx;
	struct owners *owners = fill->owners;
	struct memzone *all =
		array_grow(owners->memzones, owners->n_memzones, sizeof(*all));

	if (all == NULL) {
		fill->ret = -ENOMEM;
		return;
	}
	owners->memzones = all;
	all[owners->n_memzones++] = *memzone;
}

static int
compare_chunks(const void *a, const void *b)
{
	const struct owner_chunk *one = a, *other = b;

	return one->from < other->from ? -1 : one->from > other->from;
}

static int
compare_memzones(const void *a, const void *b)
{
	const struct memzone *one = a, *other = b;

	return one->address < other->address ? -1 : one->address > other->address;
}

int
owners_open(const struct group *group, struct owners *owners)
{
	struct fill fill = { .owners = owners };

	memset(owners, 0, sizeof(*owners));
	owners->group = group;
	pool_walk(group, add_pool, &fill);
	memzone_walk(group, add_memzone, &fill);
	if (fill.ret < 0) {
		owners_close(owners);
		return fill.ret;
	}
	if (owners->n_chunks > 0)
		qsort(owners->chunks, owners->n_chunks, sizeof(owners->chunks[0]),
			compare_chunks);
	if (owners->n_memzones > 0)
		qsort(owners->memzones, owners->n_memzones, sizeof(owners->memzones[0]),
			compare_memzones);
	return 0;
}

void
owners_close(struct owners *owners)
{
	free(owners->pools);
	free(owners->memzones);
	free(owners->chunks);
	memset(owners, 0, sizeof(*owners));
}

static const struct owner_chunk *
find_chunk(const struct owners *owners, uint64_t address)
{
	size_t low = 0, high = owners->n_chunks, middle;

	/* The first piece that begins behind the address. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (owners->chunks[middle].from <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && address < owners->chunks[low - 1].to ? &owners->chunks[low - 1]
							       : NULL;
}

static const struct memzone *
find_memzone(const struct owners *owners, uint64_t address)
{
	const struct memzone *memzones = owners->memzones;
	size_t low = 0, high = owners->n_memzones, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (memzones[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && address - memzones[low - 1].address < memzones[low - 1].bytes
		? &memzones[low - 1]
		: NULL;
}

/*
 * Does an object begin here? Its header lies directly before it, whatever lies between
 * header_size and that.
 */
static bool
is_object(const struct owners *owners, const struct owner_chunk *chunk, uint64_t address)
{
	const struct layout *layout = owners->group->layout;
	const struct pool *pool = &owners->pools[chunk->pool];
	uint64_t mp;

	return address - chunk->from >= pool->header_bytes &&
		chunk->to - address >= pool->element_bytes &&
		group_read(owners->group,
			address - layout->size_of_rte_mempool_objhdr +
				layout->rte_mempool_objhdr_mp,
			&mp, sizeof(mp)) == 0 &&
		mp == pool->address;
}

struct owner
owners_of(const struct owners *owners, uint64_t address)
{
	const struct owner_chunk *chunk = find_chunk(owners, address);
	struct owner owner = { .kind = OWNER_NOBODY };

	if (chunk != NULL) {
		owner.kind =
			is_object(owners, chunk, address) ? OWNER_OBJECT : OWNER_POOL;
		owner.pool = &owners->pools[chunk->pool];
		return owner;
	}
	owner.memzone = find_memzone(owners, address);
	if (owner.memzone != NULL)
		owner.kind = OWNER_MEMZONE;
	return owner;
}

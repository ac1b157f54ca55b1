/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads mempools, their caches and the rings in which they keep what is free. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/pool.h"
#include "outside/ring.h"

/* The list's name is in rte_mempool.c alone, and there is how a pool's ring is called. */
#define TAILQ "RTE_MEMPOOL"
#define RING_NAME "MP_%s"

/* No header of a mempool is longer. */
#define HEADER_MAX 1024

/* Has the pool a ring with its free objects? Other drivers keep them elsewhere. */
static bool
find_ring(const struct group *group, struct pool *pool)
{
	char name[POOL_NAME_BYTES + 8];

	snprintf(name, sizeof(name), RING_NAME, pool->name);
	return pool->data != 0 && ring_read(group, pool->data, &pool->ring) == 0 &&
		ring_is_sound(&pool->ring) &&
		strncmp(pool->ring.name, name, RING_NAME_BYTES - 1) == 0;
}

int
pool_read(const struct group *group, uint64_t address, struct pool *pool)
{
	const struct layout *layout = group->layout;
	char header[HEADER_MAX];

	memset(pool, 0, sizeof(*pool));
	if (layout->size_of_rte_mempool > sizeof(header) ||
		group_read(group, address, header, layout->size_of_rte_mempool) < 0)
		return -EBADMSG;
	pool->address = address;
	memcpy(pool->name, header + layout->rte_mempool_name, POOL_NAME_BYTES);
	pool->name_length = strlen(pool->name);
	pool->size = group_u32(header, layout->rte_mempool_size);
	pool->cache_size = group_u32(header, layout->rte_mempool_cache_size);
	pool->flags = group_u32(header, layout->rte_mempool_flags);
	pool->element_bytes = group_u32(header, layout->rte_mempool_elt_size);
	pool->header_bytes = group_u32(header, layout->rte_mempool_header_size);
	pool->trailer_bytes = group_u32(header, layout->rte_mempool_trailer_size);
	pool->private_bytes = group_u32(header, layout->rte_mempool_private_data_size);
	pool->data = group_u64(header, layout->rte_mempool_pool_data);
	pool->caches = group_u64(header, layout->rte_mempool_local_cache);
	pool->elements = group_u64(header, layout->rte_mempool_elt_list);
	pool->chunks = group_u64(header, layout->rte_mempool_mem_list);
	if (pool->cache_size == 0)
		pool->caches = 0;
	pool->has_ring = find_ring(group, pool);
	return 0;
}

int
pool_cache(const struct group *group, const struct pool *pool, unsigned int lcore,
	uint32_t *objects)
{
	const struct layout *layout = group->layout;

	*objects = 0;
	if (pool->caches == 0)
		return 0;
	return group_read(group,
		       pool->caches +
			       (uint64_t)lcore * layout->size_of_rte_mempool_cache +
			       layout->rte_mempool_cache_len,
		       objects, sizeof(*objects)) < 0
		? -EBADMSG
		: 0;
}

int
pool_cached(const struct group *group, const struct pool *pool, uint64_t *objects)
{
	unsigned int lcore;
	uint32_t n;

	*objects = 0;
	if (pool->caches == 0)
		return 0;
	for (lcore = 0; lcore < group->layout->max_lcore; lcore++) {
		if (pool_cache(group, pool, lcore, &n) < 0)
			return -EBADMSG;
		*objects += n;
	}
	return 0;
}

bool
pool_in_use(const struct group *group, const struct pool *pool, uint64_t *objects)
{
	uint64_t cached, not_in_use;

	*objects = 0;
	if (!pool->has_ring || pool_cached(group, pool, &cached) < 0)
		return false;
	/* What moves between ring and caches meanwhile is seen twice, or not at all. */
	not_in_use = ring_used(&pool->ring) + cached;
	if (pool->size > not_in_use)
		*objects = pool->size - not_in_use;
	return true;
}

/* ---- all of them ---- */

struct walk {
	void (*visit)(const struct pool *pool, void *ctx);
	void *ctx;
};

static void
visit_pool(const struct group *group, uint64_t address, void *ctx)
{
	const struct walk *walk = ctx;
	struct pool pool;

	if (pool_read(group, address, &pool) == 0)
		walk->visit(&pool, walk->ctx);
}

int
pool_walk(const struct group *group, void (*visit)(const struct pool *pool, void *ctx),
	void *ctx)
{
	struct walk walk = { .visit = visit, .ctx = ctx };

	return group_walk(group, TAILQ, visit_pool, &walk);
}

struct list {
	const struct group *group;
	json_t *pools;
};

json_t *
pool_json(const struct group *group, const struct pool *pool)
{
	uint64_t cached, used;
	bool has_cached = pool_cached(group, pool, &cached) == 0;
	bool has_used = pool_in_use(group, pool, &used);

	return json_pack("{s:o, s:I, s:o, s:o, s:I, s:I}", "name",
		json_of_bytes(pool->name, pool->name_length), "size",
		(json_int_t)pool->size, "in_use", json_of_number(has_used, used),
		"in_caches", json_of_number(has_cached, cached), "element_bytes",
		(json_int_t)pool->element_bytes, "cache", (json_int_t)pool->cache_size);
}

json_t *
pool_caches(const struct group *group, const struct pool *pool)
{
	json_t *caches = json_array();
	unsigned int lcore;
	uint32_t n;

	for (lcore = 0; lcore < group->layout->max_lcore; lcore++)
		if (pool_cache(group, pool, lcore, &n) == 0 && n != 0)
			json_array_append_new(caches,
				json_pack("{s:i, s:I}", "lcore", (int)lcore, "objects",
					(json_int_t)n));
	return caches;
}

static void
add_pool(const struct pool *pool, void *ctx)
{
	const struct list *list = ctx;

	json_array_append_new(list->pools, pool_json(list->group, pool));
}

int
pool_list(const struct group *group, json_t *pools)
{
	struct list list = { .group = group, .pools = pools };

	return pool_walk(group, add_pool, &list);
}

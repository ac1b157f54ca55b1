/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads mempools, their caches and the rings in which they keep what is free. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_config.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "base/json.h"
#include "outside/group.h"
#include "outside/pool.h"
#include "outside/ring.h"
#include "outside/source.h"

/* The list's name is in rte_mempool.c alone. */
#define TAILQ "RTE_MEMPOOL"

/* How many objects lie in the lcores' caches of a mempool; false if they are unreadable.
 */
static bool
count_cached(const struct group *group, const struct rte_mempool *pool, json_int_t *n)
{
	unsigned int lcore;

	*n = 0;
	if (pool->cache_size == 0 || pool->local_cache == NULL)
		return true;
	for (lcore = 0; lcore < RTE_MAX_LCORE; lcore++) {
		uint64_t cache = (uintptr_t)pool->local_cache +
			lcore * sizeof(struct rte_mempool_cache);
		uint32_t length;

		if (source_read(&group->source,
			    cache + offsetof(struct rte_mempool_cache, len), &length,
			    sizeof(length)) < 0)
			return false;
		*n += length;
	}
	return true;
}

/* How many objects lie in the pool's own ring; false if it keeps them elsewhere. */
static bool
count_free(const struct group *group, const struct rte_mempool *pool, json_int_t *n)
{
	char name[RTE_RING_NAMESIZE + 8];
	struct rte_ring ring;

	snprintf(name, sizeof(name), RTE_MEMPOOL_MZ_FORMAT, pool->name);
	if (ring_read(group, (uintptr_t)pool->pool_data, &ring) < 0 ||
		strncmp(ring.name, name, sizeof(ring.name)) != 0)
		return false;
	*n = ring_used(&ring);
	return true;
}

static void
add_pool(const struct group *group, uint64_t address, void *ctx)
{
	struct rte_mempool pool;
	json_int_t n_cached, n_free;
	bool has_cached, has_free;
	json_t *pools = ctx;

	if (source_read(&group->source, address, &pool, sizeof(pool)) < 0)
		return;
	pool.name[sizeof(pool.name) - 1] = '\0';
	has_cached = count_cached(group, &pool, &n_cached);
	has_free = count_free(group, &pool, &n_free) && has_cached;
	json_array_append_new(pools,
		json_pack("{s:o, s:I, s:o, s:o, s:I, s:I}", "name",
			json_of_string(pool.name), "size", (json_int_t)pool.size,
			"in_use",
			has_free ? json_integer(RTE_MAX(
					   0, (json_int_t)pool.size - n_free - n_cached))
				 : json_null(),
			"in_caches", has_cached ? json_integer(n_cached) : json_null(),
			"element_bytes", (json_int_t)pool.elt_size, "cache",
			(json_int_t)pool.cache_size));
}

int
pool_list(const struct group *group, json_t *pools)
{
	return group_walk(group, TAILQ, add_pool, pools);
}

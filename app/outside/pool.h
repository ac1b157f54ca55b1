/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Mempools of DPDK's, as they lie in shared memory. Any thread. */

#ifndef MPSH_OUTSIDE_POOL_H
#define MPSH_OUTSIDE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "outside/ring.h"

struct group;

#define POOL_NAME_BYTES 32

/* The most lcores that a DPDK is built for (RTE_MAX_LCORE). */
#define POOL_LCORES_MAX 1536

struct pool {
	uint64_t address;
	char name[POOL_NAME_BYTES + 1];
	size_t name_length;
	uint32_t size, cache_size, flags;
	/* Bytes of an object, of what lies before and behind it, and of private data. */
	uint32_t element_bytes, header_bytes, trailer_bytes, private_bytes;
	uint64_t data;     /* the ring with its free objects, if it keeps them in one */
	uint64_t caches;   /* an array of struct rte_mempool_cache by lcore, or 0 */
	uint64_t elements; /* the first entry of the list of all objects */
	uint64_t chunks;   /* the first entry of the list of its memory */
	bool has_ring;     /* is ring that of the free objects? */
	struct ring ring;
};

/*
 * Copy the header of the mempool at this address, with its ring. Returns 0, or -EBADMSG
 * if none can be read there.
 */
int pool_read(const struct group *group, uint64_t address, struct pool *pool);

/*
 * How many objects lie in the cache of an lcore. Returns 0 or -EBADMSG; pool_cached() is
 * the sum over all lcores.
 */
int pool_cache(const struct group *group, const struct pool *pool, unsigned int lcore,
	uint32_t *objects);
int pool_cached(const struct group *group, const struct pool *pool, uint64_t *objects);

/* Objects that are taken and not given back; false where that cannot be said. */
bool pool_in_use(const struct group *group, const struct pool *pool, uint64_t *objects);

/*
 * What is shown of a mempool: {name, size, in_use, in_caches, element_bytes, cache}.
 * in_use is null unless the pool keeps its free objects in a ring, in_caches where the
 * caches cannot be read. The caller owns it.
 */
json_t *pool_json(const struct group *group, const struct pool *pool);

/* The caches of a pool that are not empty, a new array of {lcore, objects}. */
json_t *pool_caches(const struct group *group, const struct pool *pool);

/*
 * Append to *pools, an array of the caller's, pool_json() of each mempool in DPDK's list.
 * Errors as group_walk().
 */
int pool_list(const struct group *group, json_t *pools);

/*
 * Call visit(pool, ctx) for each mempool in DPDK's list that can be read. Errors as
 * group_walk().
 */
int pool_walk(const struct group *group,
	void (*visit)(const struct pool *pool, void *ctx), void *ctx);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lists DPDK's rings, mempools and memzones; a list's lock may be held for ever. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_eal_memconfig.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>
#include <rte_tailq.h>

#include "base/background.h"
#include "base/json.h"
#include "base/loop.h"
#include "base/task.h"
#include "host/shared_memory.h"

/*
 * How long a walk may take. A few hundred entries take microseconds, so a process that
 * holds the lock longer has died with it.
 */
#define LOCK_PATIENCE_NS UINT64_C(2000000000)

TAILQ_HEAD(ring_list, rte_tailq_entry);

struct walk {
	struct task task;
	enum shared_kind kind;
	json_t *result;
};

/* A name in shared memory may lack its NUL. */
static json_t *
name_json(const char *name, size_t size)
{
	return json_of_bytes(name, strnlen(name, size));
}

static const char *
sync_name(enum rte_ring_sync_type type, const char *single, const char *multi)
{
	switch (type) {
	case RTE_RING_SYNC_ST:
		return single;
	case RTE_RING_SYNC_MT_RTS:
		return "RTS";
	case RTE_RING_SYNC_MT_HTS:
		return "HTS";
	default:
		return multi;
	}
}

static json_t *
ring_json(const struct rte_ring *ring)
{
	const struct rte_memzone *zone = ring->memzone;
	uint32_t capacity = ring->capacity, size = ring->size;
	uint32_t used = ring->prod.tail - ring->cons.tail;
	json_t *bytes = json_null();

	if (used > capacity)
		used = capacity;
	/* A ring's memzone holds its header and its elements, no more (rte_ring.c). */
	if (zone != NULL && size != 0 && zone->len > sizeof(*ring))
		bytes = json_integer((zone->len - sizeof(*ring)) / size);
	return json_pack("{s:o, s:I, s:I, s:I, s:s, s:o, s:s, s:s}", "name",
		name_json(ring->name, sizeof(ring->name)), "size", (json_int_t)size,
		"used", (json_int_t)used, "free", (json_int_t)(capacity - used), "flags",
		ring->flags & RING_F_EXACT_SZ ? "exact" : "-", "element_bytes", bytes,
		"producers", sync_name(ring->prod.sync_type, "SP", "MP"), "consumers",
		sync_name(ring->cons.sync_type, "SC", "MC"));
}

static void
walk_rings(json_t *result)
{
	const struct rte_tailq_elem tailq = { .name = RTE_TAILQ_RING_NAME };
	struct rte_tailq_head *head = rte_eal_tailq_lookup(tailq.name);
	const struct rte_tailq_entry *entry;

	if (head == NULL)
		return;
	rte_mcfg_tailq_read_lock();
	TAILQ_FOREACH(entry, &head->tailq_head, next)
		if (entry->data != NULL)
			json_array_append_new(result, ring_json(entry->data));
	rte_mcfg_tailq_read_unlock();
}

static void
add_pool(struct rte_mempool *pool, void *arg)
{
	json_array_append_new(arg,
		json_pack("{s:o, s:I, s:I, s:I, s:I}", "name",
			name_json(pool->name, sizeof(pool->name)), "size",
			(json_int_t)pool->size, "element_bytes",
			(json_int_t)pool->elt_size, "cache", (json_int_t)pool->cache_size,
			"address", (json_int_t)(uintptr_t)pool));
}

/* How many objects lie in the lcores' caches of the mempool. */
static json_int_t
count_cached(const struct rte_mempool *pool)
{
	json_int_t cached = 0;
	unsigned int lcore;

	if (pool->cache_size == 0 || pool->local_cache == NULL)
		return 0;
	for (lcore = 0; lcore < RTE_MAX_LCORE; lcore++)
		cached += pool->local_cache[lcore].len;
	return cached;
}

/*
 * Set in_caches and in_use of a pool. If the mempool keeps its free objects in an
 * rte_ring, the ring's count tells in_use; otherwise in_use is null.
 */
static void
add_pool_usage(json_t *object)
{
	const struct rte_mempool *pool = (const void *)(uintptr_t)json_integer_value(
		json_object_get(object, "address"));
	const char *name = json_string_value(json_object_get(object, "name"));
	char ring_name[RTE_RING_NAMESIZE + 8];
	json_int_t cached = count_cached(pool), in_use;
	const struct rte_ring *ring;

	snprintf(ring_name, sizeof(ring_name), RTE_MEMPOOL_MZ_FORMAT, name);
	ring = rte_ring_lookup(ring_name);
	json_object_del(object, "address");
	json_object_set_new(object, "in_caches", json_integer(cached));
	if (ring == NULL || ring != pool->pool_data) {
		json_object_set_new(object, "in_use", json_null());
		return;
	}
	in_use = (json_int_t)pool->size - rte_ring_count(ring) - cached;
	json_object_set_new(object, "in_use", json_integer(in_use < 0 ? 0 : in_use));
}

static void
walk_pools(json_t *result)
{
	json_t *object;
	size_t i;

	rte_mempool_walk(add_pool, result);
	/* After the walk, so that rte_ring_lookup() waits while no lock is held. */
	json_array_foreach(result, i, object)
		add_pool_usage(object);
}

static void
add_memzone(const struct rte_memzone *zone, void *arg)
{
	char address[32];

	snprintf(address, sizeof(address), "%p", zone->addr);
	json_array_append_new(arg,
		json_pack("{s:o, s:s, s:I, s:i, s:I, s:I}", "name",
			name_json(zone->name, sizeof(zone->name)), "address", address,
			"bytes", (json_int_t)zone->len, "socket", (int)zone->socket_id,
			"page_bytes", (json_int_t)zone->hugepage_sz, "flags",
			(json_int_t)zone->flags));
}

/*
 * The threads that still wait for a list's lock after shared_list() has given them up.
 * While there is such a thread, shared memory must stay mapped.
 */
static unsigned int n_blocked;

static void
free_walk(struct task *task)
{
	struct walk *walk = (struct walk *)task;

	n_blocked--;
	json_decref(walk->result);
	free(walk);
}

static void
walk_lists(void *arg)
{
	struct walk *walk = arg;

	switch (walk->kind) {
	case SHARED_RINGS:
		walk_rings(walk->result);
		break;
	case SHARED_POOLS:
		walk_pools(walk->result);
		break;
	case SHARED_MEMZONES:
		rte_memzone_walk(add_memzone, walk->result);
		break;
	}
	task_post_over(&walk->task);
}

int
shared_list(enum shared_kind kind, json_t **result)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	int ret;

	if (walk == NULL)
		return -ENOMEM;
	walk->task.free = free_walk;
	walk->kind = kind;
	walk->result = json_array();
	ret = background_run(walk_lists, walk);
	if (ret < 0) {
		json_decref(walk->result);
		free(walk);
		return ret;
	}
	ret = task_wait(&walk->task, LOCK_PATIENCE_NS);
	if (ret < 0) {
		n_blocked++;
		return ret == -ETIMEDOUT ? -EBUSY : ret;
	}
	*result = walk->result;
	free(walk);
	return 0;
}

bool
shared_is_blocked(void)
{
	return n_blocked != 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads the headers of rings, and lists all that DPDK's list has. */

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <rte_memzone.h>
#include <rte_ring.h>
#include <rte_tailq.h>

#include "base/json.h"
#include "outside/group.h"
#include "outside/ring.h"
#include "outside/source.h"

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

int
ring_read(const struct group *group, uint64_t address, struct rte_ring *ring)
{
	return source_read(&group->source, address, ring, sizeof(*ring)) < 0 ? -EBADMSG
									     : 0;
}

uint32_t
ring_used(const struct rte_ring *ring)
{
	uint32_t used = ring->prod.tail - ring->cons.tail;

	return used > ring->capacity ? ring->capacity : used;
}

/*
 * Bytes of an element, or null. A ring's memzone holds its header and its elements, no
 * more (lib/ring/rte_ring.c), and says so itself, if the header's pointer is right.
 */
static json_t *
element_bytes(const struct group *group, uint64_t address, const struct rte_ring *ring)
{
	struct rte_memzone zone;

	if (ring->size == 0 ||
		source_read(&group->source, (uintptr_t)ring->memzone, &zone,
			sizeof(zone)) < 0 ||
		(uintptr_t)zone.addr != address || zone.len <= sizeof(*ring))
		return json_null();
	return json_integer((zone.len - sizeof(*ring)) / ring->size);
}

static void
add_ring(const struct group *group, uint64_t address, void *ctx)
{
	struct rte_ring ring;
	json_t *rings = ctx;
	size_t length;

	if (ring_read(group, address, &ring) < 0)
		return;
	length = strnlen(ring.name, sizeof(ring.name));
	json_array_append_new(rings,
		json_pack("{s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:s, s:s}", OBJECT_TYPED,
			json_of_name(ring.name, length), "name",
			json_of_bytes(ring.name, length), "size", (json_int_t)ring.size,
			"used", (json_int_t)ring_used(&ring), "free",
			(json_int_t)(ring.capacity - ring_used(&ring)), "flags",
			ring.flags & RING_F_EXACT_SZ ? json_string("exact") : json_null(),
			"element_bytes", element_bytes(group, address, &ring),
			"producers", sync_name(ring.prod.sync_type, "SP", "MP"),
			"consumers", sync_name(ring.cons.sync_type, "SC", "MC")));
}

int
ring_list(const struct group *group, json_t *rings)
{
	return group_walk(group, RTE_TAILQ_RING_NAME, add_ring, rings);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads the headers of rings, and lists all that DPDK's list has. */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/ring.h"

/* The list's name, and the flag for rings of exactly the size asked for (rte_ring.h). */
#define TAILQ "RTE_RING"
#define FLAG_EXACT_SIZE 0x4

/* No header of a ring is longer. */
#define HEADER_MAX 1024

/* What most rings have. */
#define POINTER_BYTES 8

/* How often positions are read anew that move while they are read. */
#define LOOKS_MAX 100

static const char *
sync_name(enum ring_sync sync, const char *single, const char *multi)
{
	switch (sync) {
	case RING_SYNC_ST:
		return single;
	case RING_SYNC_RTS:
		return "RTS";
	case RING_SYNC_HTS:
		return "HTS";
	default:
		return multi;
	}
}

/* ---- positions ---- */

/*
 * A side of a ring from its bytes. An MP or SP side is {head, tail}; of HTS both are in
 * one word, in the same places; of RTS tail and head are {count, position}.
 */
static void
read_side(const struct layout *layout, const char *bytes, struct ring_side *side)
{
	const char *tail = bytes + layout->rte_ring_rts_headtail_tail;
	const char *head = bytes + layout->rte_ring_rts_headtail_head;

	side->sync = group_u32(bytes, layout->rte_ring_headtail_sync_type);
	side->head_count = 0;
	side->tail_count = 0;
	if (side->sync == RING_SYNC_RTS) {
		side->tail_count = group_u32(tail, 0);
		side->tail = group_u32(tail, 4);
		side->head_count = group_u32(head, 0);
		side->head = group_u32(head, 4);
	} else {
		side->head = group_u32(bytes, layout->rte_ring_headtail_head);
		side->tail = group_u32(bytes, layout->rte_ring_headtail_tail);
	}
}

/*
 * The consumers' side is read first and the producers' then: what is enqueued and
 * dequeued between makes too many then, never too few; and it is read again while it
 * moves.
 */
int
ring_look(const struct group *group, struct ring *ring)
{
	const struct layout *layout = group->layout;
	unsigned int bytes = layout->size_of_rte_ring_rts_headtail, i;
	uint32_t before;
	char side[64];

	if (bytes > sizeof(side))
		return -EBADMSG;
	for (i = 0; i < LOOKS_MAX; i++) {
		before = ring->consumer.tail;
		if (group_read(group, ring->address + layout->rte_ring_cons, side,
			    bytes) < 0)
			return -EBADMSG;
		read_side(layout, side, &ring->consumer);
		if (i > 0 && before == ring->consumer.tail)
			break;
		if (group_read(group, ring->address + layout->rte_ring_prod, side,
			    bytes) < 0)
			return -EBADMSG;
		read_side(layout, side, &ring->producer);
		if (ring_used(ring) <= ring->capacity)
			break;
	}
	/* It moves faster than it can be read: no more than all can wait. */
	if (i == LOOKS_MAX)
		ring->consumer.tail = ring->producer.tail - ring->capacity;
	return 0;
}

int
ring_glance(const struct group *group, struct ring *ring)
{
	const struct layout *layout = group->layout;
	uint32_t from = layout->rte_ring_prod < layout->rte_ring_cons
		? layout->rte_ring_prod
		: layout->rte_ring_cons;
	char sides[HEADER_MAX];

	if (layout->size_of_rte_ring > sizeof(sides) ||
		group_read(group, ring->address + from, sides,
			layout->size_of_rte_ring - from) < 0)
		return -EBADMSG;
	read_side(layout, sides + layout->rte_ring_prod - from, &ring->producer);
	read_side(layout, sides + layout->rte_ring_cons - from, &ring->consumer);
	return 0;
}

uint32_t
ring_used(const struct ring *ring)
{
	return ring->producer.tail - ring->consumer.tail;
}

/* ---- the header ---- */

/*
 * Bytes of an element; 0 where nobody says so. A ring's memzone holds its header and its
 * elements, no more (lib/ring/rte_ring.c), if the header's pointer to it is right.
 */
static uint32_t
element_bytes(const struct group *group, uint64_t memzone, const struct ring *ring)
{
	const struct layout *layout = group->layout;
	uint64_t length, address, line;

	if (ring->size == 0 ||
		group_read(group, memzone + layout->rte_memzone_addr, &address,
			sizeof(address)) < 0 ||
		group_read(group, memzone + layout->rte_memzone_len, &length,
			sizeof(length)) < 0 ||
		address != ring->address || length <= layout->size_of_rte_ring)
		return 0;
	length -= layout->size_of_rte_ring;
	/* Memory comes in lines of the cache: several sizes fit a ring of 2 or 4 slots.
	 */
	line = layout->cache_line_size;
	if ((POINTER_BYTES * (uint64_t)ring->size + line - 1) / line * line == length)
		return POINTER_BYTES;
	length /= ring->size;
	return length <= UINT32_MAX ? length : 0;
}

int
ring_read(const struct group *group, uint64_t address, struct ring *ring)
{
	const struct layout *layout = group->layout;
	char header[HEADER_MAX];

	memset(ring, 0, sizeof(*ring));
	if (layout->size_of_rte_ring > sizeof(header) ||
		group_read(group, address, header, layout->size_of_rte_ring) < 0)
		return -EBADMSG;
	ring->address = address;
	memcpy(ring->name, header + layout->rte_ring_name, RING_NAME_BYTES);
	ring->name_length = strlen(ring->name);
	ring->flags = group_u32(header, layout->rte_ring_flags);
	ring->size = group_u32(header, layout->rte_ring_size);
	ring->mask = group_u32(header, layout->rte_ring_mask);
	ring->capacity = group_u32(header, layout->rte_ring_capacity);
	ring->element_bytes =
		element_bytes(group, group_u64(header, layout->rte_ring_memzone), ring);
	return ring_look(group, ring);
}

bool
ring_is_sound(const struct ring *ring)
{
	return ring->size != 0 && (ring->size & (ring->size - 1)) == 0 &&
		ring->mask == ring->size - 1 && ring->capacity <= ring->mask &&
		ring->producer.sync <= RING_SYNC_HTS &&
		ring->consumer.sync <= RING_SYNC_HTS;
}

int
ring_check(const struct ring *ring, char *error, size_t size)
{
	char name[TEXT_ESCAPED_SIZE(RING_NAME_BYTES)];

	text_escape(name, (const uint8_t *)ring->name, ring->name_length);
	if (name[0] == '\0')
		snprintf(name, sizeof(name), "0x%" PRIx64, ring->address);
	if (!ring_is_sound(ring))
		snprintf(error, size,
			"the header of %s is garbage (size %u, mask %u, capacity %u)",
			name, ring->size, ring->mask, ring->capacity);
	else if (ring_used(ring) > ring->capacity)
		snprintf(error, size, "positions of %s are garbage (used %u of %u)", name,
			ring_used(ring), ring->capacity);
	else
		return 0;
	return -EBADMSG;
}

uint64_t
ring_slot(const struct group *group, const struct ring *ring, uint32_t position)
{
	return ring->address + group->layout->size_of_rte_ring +
		(uint64_t)(position & ring->mask) * ring->element_bytes;
}

/* ---- all of them ---- */

struct walk {
	void (*visit)(const struct ring *ring, void *ctx);
	void *ctx;
};

static void
visit_ring(const struct group *group, uint64_t address, void *ctx)
{
	const struct walk *walk = ctx;
	struct ring ring;

	if (ring_read(group, address, &ring) == 0)
		walk->visit(&ring, walk->ctx);
}

int
ring_walk(const struct group *group, void (*visit)(const struct ring *ring, void *ctx),
	void *ctx)
{
	struct walk walk = { .visit = visit, .ctx = ctx };

	return group_walk(group, TAILQ, visit_ring, &walk);
}

json_t *
ring_json(const struct ring *ring)
{
	uint32_t used = ring_used(ring);
	bool is_right = used <= ring->capacity;

	return json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:s, s:s}", "name",
		json_of_bytes(ring->name, ring->name_length), "size",
		(json_int_t)ring->size, "used", json_of_number(is_right, used), "free",
		json_of_number(is_right, ring->capacity - used), "flags",
		ring->flags & FLAG_EXACT_SIZE ? json_string("exact") : json_null(),
		"element_bytes",
		json_of_number(ring->element_bytes != 0, ring->element_bytes),
		"producers", sync_name(ring->producer.sync, "SP", "MP"), "consumers",
		sync_name(ring->consumer.sync, "SC", "MC"));
}

static void
add_ring(const struct ring *ring, void *ctx)
{
	json_array_append_new(ctx, ring_json(ring));
}

int
ring_list(const struct group *group, json_t *rings)
{
	return ring_walk(group, add_ring, rings);
}

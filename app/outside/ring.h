/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Rings of DPDK's, as they lie in shared memory. Any thread. */

#ifndef MPSH_OUTSIDE_RING_H
#define MPSH_OUTSIDE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct group;

/* How one side of a ring synchronises; enum rte_ring_sync_type of DPDK. */
enum ring_sync {
	RING_SYNC_MT,
	RING_SYNC_ST,
	RING_SYNC_RTS,
	RING_SYNC_HTS,
};

/* The positions of one side count on and wrap at 2^32. */
struct ring_side {
	uint32_t head; /* of RTS and HTS too: what was begun */
	uint32_t tail; /* what was ended */
	/* RTS counts how many were begun and ended, beside the positions. */
	uint32_t head_count, tail_count;
	enum ring_sync sync;
};

#define RING_NAME_BYTES 32

struct ring {
	uint64_t address;
	char name[RING_NAME_BYTES + 1];
	size_t name_length;
	uint32_t flags, size, mask, capacity;
	/* How many bytes an element has, where the ring's memzone says so; else 0. */
	uint32_t element_bytes;
	struct ring_side producer, consumer;
};

/*
 * Copy the header of the ring at this address. Returns 0, or -EBADMSG if none can be read
 * there. ring_look() copies the positions of a ring that was read, again.
 */
int ring_read(const struct group *group, uint64_t address, struct ring *ring);
int ring_look(const struct group *group, struct ring *ring);

/*
 * As ring_look(), but all at once and only once: for one who looks often. While a ring is
 * busy the producers' side may be older than the consumers', and ring_used() says more
 * than its capacity where less than nothing would wait.
 */
int ring_glance(const struct group *group, struct ring *ring);

/*
 * How many elements wait, as the positions say: more than the ring's capacity only when
 * they are garbage.
 */
uint32_t ring_used(const struct ring *ring);

/* Can its numbers be those of a ring, positions left aside? */
bool ring_is_sound(const struct ring *ring);

/*
 * Can its header and its positions be a ring's? Returns 0, or -EBADMSG with one line in
 * error.
 */
int ring_check(const struct ring *ring, char *error, size_t size);

/* The address of the slot of a position. */
uint64_t ring_slot(const struct group *group, const struct ring *ring, uint32_t position);

/*
 * What is shown of a ring: {name, size, used, free, flags, element_bytes, producers,
 * consumers}; element_bytes is null where the header does not say so credibly, used and
 * free where the positions are garbage. The caller owns it.
 */
json_t *ring_json(const struct ring *ring);

/*
 * Append to *rings, an array of the caller's, ring_json() of each ring in DPDK's list.
 * Errors as group_walk().
 */
int ring_list(const struct group *group, json_t *rings);

/*
 * Call visit(ring, ctx) for each ring in DPDK's list that can be read. Errors as
 * group_walk().
 */
int ring_walk(const struct group *group,
	void (*visit)(const struct ring *ring, void *ctx), void *ctx);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Channels: rings in shared memory, which the process on the other side may damage. */

#include <rte_memory.h>

#include "ring/channel.h"

struct rte_ring *
channel_create(const char *name)
{
	return rte_ring_create_elem(name, MESSAGE_SLOT_SIZE, CHANNEL_DEPTH, SOCKET_ID_ANY,
		RING_F_SP_ENQ | RING_F_SC_DEQ);
}

int
channel_open(struct channel *channel, struct rte_ring *ring, bool sends)
{
	uint32_t produced = __atomic_load_n(&ring->prod.tail, __ATOMIC_ACQUIRE);
	uint32_t consumed = __atomic_load_n(&ring->cons.tail, __ATOMIC_ACQUIRE);

	if (ring->size != CHANNEL_DEPTH || ring->mask != CHANNEL_DEPTH - 1 ||
		produced - consumed > CHANNEL_CAPACITY)
		return -EBADMSG;
	channel->ring = ring;
	channel->slots = (uint8_t *)&ring[1];
	channel->position = sends ? produced : consumed;
	channel->other = sends ? consumed : produced;
	return 0;
}

void
channel_reset(struct rte_ring *ring, const char *name, const struct rte_memzone *zone)
{
	/* rte_ring_reset() trusts the flags in the ring, so the whole header is written
	 * anew. rte_ring_init() clears memzone, which rte_ring_free() needs.
	 */
	if (rte_ring_init(ring, name, CHANNEL_DEPTH, RING_F_SP_ENQ | RING_F_SC_DEQ) == 0)
		ring->memzone = zone;
}

unsigned int
channel_count(const struct rte_ring *ring)
{
	uint32_t count = __atomic_load_n(&ring->prod.tail, __ATOMIC_RELAXED) -
		__atomic_load_n(&ring->cons.tail, __ATOMIC_RELAXED);

	return count > CHANNEL_CAPACITY ? CHANNEL_CAPACITY : count;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * One direction between the primary and a secondary: an rte_ring with one producer and
 * one consumer and messages by value. The ring is created with rte_ring_create_elem(), so
 * that every DPDK tool sees it, but what is in shared memory is never believed: positions
 * of our own are private, the ring's are only published, the other side's is read once
 * and refused when it is further away than the ring is deep, and indices use constants (a
 * mask read from shared memory was seen to crash).
 *
 * Layout used: struct rte_ring's prod.head, prod.tail, cons.head, cons.tail, and the
 * elements behind the struct (DPDK 22.11, lib/ring/rte_ring_core.h). A channel belongs to
 * the worker that sends or receives on it.
 */

#ifndef MPSH_RING_CHANNEL_H
#define MPSH_RING_CHANNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_memcpy.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "message/message.h"

#define CHANNEL_DEPTH 256
#define CHANNEL_CAPACITY (CHANNEL_DEPTH - 1) /* as rte_ring counts */

struct channel {
	struct rte_ring *ring;
	uint8_t *slots;
	uint32_t position; /* our head: the next slot to fill or to empty */
	uint32_t other;    /* the other side's, when last read */
};

/* Create the ring called name in the primary, NULL with rte_errno if it cannot be. */
struct rte_ring *channel_create(const char *name);

/*
 * Take an end of ring: that of the sender or of the receiver. It starts where the ring
 * says that this end stands, which after channel_reset() is 0; the other end may have
 * started already. Returns 0 or -EBADMSG when the ring is none of ours.
 */
int channel_open(struct channel *channel, struct rte_ring *ring, bool sends);

/*
 * Empty a ring whose other side is gone, whatever it left there. name and zone are our
 * own copies of what the ring had: what it holds now may be garbage too.
 */
void channel_reset(
	struct rte_ring *ring, const char *name, const struct rte_memzone *zone);

/* How many messages wait, as far as the ring tells: 0 to the capacity. Any thread. */
unsigned int channel_count(const struct rte_ring *ring);

/*
 * Sender: how many slots are free, at least want if the other side made room meanwhile.
 * -EBADMSG: the other side's position is garbage.
 */
static inline int
channel_room(struct channel *channel, unsigned int want)
{
	uint32_t other;

	if (CHANNEL_CAPACITY - (channel->position - channel->other) < want) {
		other = __atomic_load_n(&channel->ring->cons.tail, __ATOMIC_ACQUIRE);
		if (channel->position - other > CHANNEL_CAPACITY)
			return -EBADMSG;
		channel->other = other;
	}
	return CHANNEL_CAPACITY - (channel->position - channel->other);
}

/* The slot i places from the position. */
static inline uint8_t *
channel_slot(const struct channel *channel, unsigned int i)
{
	return channel->slots +
		(size_t)((channel->position + i) & (CHANNEL_DEPTH - 1)) *
		MESSAGE_SLOT_SIZE;
}

/* Copy as many cache lines as header and length bytes of text touch. */
static inline void
channel_copy_lines(
	uint8_t *to, const uint8_t *from, unsigned int first, unsigned int length)
{
	unsigned int size = MESSAGE_HEADER_SIZE + length;
	unsigned int at;

	for (at = first * 64; at < size; at += 64)
		rte_mov64(to + at, from + at);
}

/* Sender: write a message i places from the position, where channel_room() said so. */
static inline void
channel_fill(struct channel *channel, unsigned int i, const struct message *message)
{
	channel_copy_lines(
		channel_slot(channel, i), (const uint8_t *)message, 0, message->length);
}

/* Sender: hand over the n messages filled. */
static inline void
channel_publish(struct channel *channel, unsigned int n)
{
	channel->position += n;
	__atomic_store_n(&channel->ring->prod.head, channel->position, __ATOMIC_RELAXED);
	__atomic_store_n(&channel->ring->prod.tail, channel->position, __ATOMIC_RELEASE);
}

/* Receiver: how many messages wait. -EBADMSG: the other side's position is garbage. */
static inline int
channel_ready(struct channel *channel)
{
	uint32_t other;

	if (channel->other == channel->position) {
		other = __atomic_load_n(&channel->ring->prod.tail, __ATOMIC_ACQUIRE);
		if (other - channel->position > CHANNEL_CAPACITY)
			return -EBADMSG;
		channel->other = other;
	}
	return channel->other - channel->position;
}

/*
 * Receiver: copy the message i places from the position. Its length is read from the copy
 * and bounds what is copied; the caller runs message_check() on the copy.
 */
static inline void
channel_take(const struct channel *channel, unsigned int i, struct message *message)
{
	const uint8_t *slot = channel_slot(channel, i);
	unsigned int length;

	rte_mov64((uint8_t *)message, slot);
	length = message->length;
	if (length > 64 - MESSAGE_HEADER_SIZE && length <= MESSAGE_TEXT_MAX)
		channel_copy_lines((uint8_t *)message, slot, 1, length);
}

/* Receiver: give back n slots. */
static inline void
channel_release(struct channel *channel, unsigned int n)
{
	channel->position += n;
	__atomic_store_n(&channel->ring->cons.head, channel->position, __ATOMIC_RELAXED);
	__atomic_store_n(&channel->ring->cons.tail, channel->position, __ATOMIC_RELEASE);
}

#endif

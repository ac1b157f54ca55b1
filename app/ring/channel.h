/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * One direction between the primary and a secondary: an rte_ring with one producer, one
 * consumer, and messages by value. The ring is created with rte_ring_create_elem(), so
 * that every DPDK tool sees it. The process on the other side may write anything into
 * it, so nothing that is read from it is trusted: this side's position is private and
 * only published in the ring; the other side's position is read once and refused when
 * it is further away than the ring is deep; and an index is made with a constant (a
 * mask read from shared memory was seen to crash).
 *
 * Layout used: struct rte_ring's prod.head, prod.tail, cons.head, cons.tail, and the
 * elements behind the struct (DPDK 22.11, lib/ring/rte_ring_core.h). A channel belongs
 * to the worker that sends or receives on it; only this worker may call the functions
 * that take a struct channel.
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
#define CHANNEL_CAPACITY (CHANNEL_DEPTH - 1) /* rte_ring leaves one slot free */

struct channel {
	struct rte_ring *ring;
	uint8_t *slots;
	uint32_t position; /* of this side: the next slot to fill or to empty */
	uint32_t other;    /* position of the other side when it was last read */
};

/*
 * In the primary: create a ring. Returns NULL with rte_errno on an error. Main thread.
 */
struct rte_ring *channel_create(const char *name);

/*
 * Make channel the sender's (sends) or the receiver's end of ring. This end's position
 * is read from the ring; it is 0 after channel_reset(). The other end may have started
 * already. Returns 0, or -EBADMSG when the ring's header is not that of a channel.
 */
int channel_open(struct channel *channel, struct rte_ring *ring, bool sends);

/*
 * Empty a ring whose other side is gone, even if its header is damaged. name and zone
 * are private copies of the ring's own, which may be garbage too. The primary's worker.
 */
void channel_reset(
	struct rte_ring *ring, const char *name, const struct rte_memzone *zone);

/*
 * How many slots ahead both ends ask for cache lines, of which a processor has some
 * sixteen under way at once: the first two of a slot, where short texts are. Those of a
 * long one follow each other, and it fetches them by itself.
 */
#define CHANNEL_AHEAD 16

/*
 * Ask for a cache line, for reading or for writing. A matter of speed alone: where a
 * processor has no such instruction, nothing is done. In assembly, because gcc makes a
 * prefetch for reading, which slows the sender down, of one for writing unless it may use
 * prefetchw, and drops the call of a function that does nothing else.
 */
static inline void
channel_prefetch(const uint8_t *line)
{
	__asm__ volatile("" ::"r"(line));
	__builtin_prefetch(line);
}

static inline void
channel_prefetch_to_write(const uint8_t *line)
{
#if defined(__x86_64__)
	__asm__ volatile("prefetchw %0" ::"m"(*line));
#else
	__asm__ volatile("" ::"r"(line));
	__builtin_prefetch(line, 1);
#endif
}

/* How many messages wait, at most CHANNEL_CAPACITY. A hint only. Any thread. */
unsigned int channel_count(const struct rte_ring *ring);

/*
 * Sender: returns how many slots are free, or -EBADMSG when the receiver's position is
 * garbage. The receiver's position is read again only when fewer than want slots were
 * free.
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

/* The i-th slot from the position. */
static inline uint8_t *
channel_slot(const struct channel *channel, unsigned int i)
{
	return channel->slots +
		(size_t)((channel->position + i) & (CHANNEL_DEPTH - 1)) *
		MESSAGE_SLOT_SIZE;
}

/*
 * Copy the cache lines that a header and length bytes of text touch, from the cache
 * line with the number first on.
 */
static inline void
channel_copy_lines(
	uint8_t *to, const uint8_t *from, unsigned int first, unsigned int length)
{
	unsigned int size = MESSAGE_HEADER_SIZE + length;
	unsigned int at;

	for (at = first * 64; at < size; at += 64)
		rte_mov64(to + at, from + at);
}

/*
 * Sender: take back from the receiver, for writing, the lines of the slot CHANNEL_AHEAD
 * behind the i-th; for a message with length bytes of text.
 */
static inline void
channel_take_back(const struct channel *channel, unsigned int i, unsigned int length)
{
	const uint8_t *slot = channel_slot(channel, i + CHANNEL_AHEAD);

	channel_prefetch_to_write(slot);
	if (MESSAGE_HEADER_SIZE + length > 64)
		channel_prefetch_to_write(slot + 64);
}

/* Sender: write a message into the i-th slot; i must be less than channel_room(). */
static inline void
channel_fill(struct channel *channel, unsigned int i, const struct message *message)
{
	channel_copy_lines(
		channel_slot(channel, i), (const uint8_t *)message, 0, message->length);
}

/* Sender: show the receiver the first n slots, which have been filled. */
static inline void
channel_publish(struct channel *channel, unsigned int n)
{
	channel->position += n;
	__atomic_store_n(&channel->ring->prod.head, channel->position, __ATOMIC_RELAXED);
	__atomic_store_n(&channel->ring->prod.tail, channel->position, __ATOMIC_RELEASE);
}

/* Receiver: how many messages wait; -EBADMSG when the sender's position is garbage. */
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
 * Receiver: ask for the lines of the slot CHANNEL_AHEAD behind the i-th, if it is known
 * that a message waits there. Where none does, the sender may be writing.
 */
static inline void
channel_fetch(const struct channel *channel, unsigned int i)
{
	const uint8_t *slot = channel_slot(channel, i + CHANNEL_AHEAD);

	if (i + CHANNEL_AHEAD >= channel->other - channel->position)
		return;
	channel_prefetch(slot);
	channel_prefetch(slot + 64);
}

/*
 * Receiver: copy the message in the i-th slot. The length in the copy says how much
 * more is copied, if it is valid; the caller must check the copy (message_check()).
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

/* Receiver: give the first n slots back to the sender. */
static inline void
channel_release(struct channel *channel, unsigned int n)
{
	channel->position += n;
	__atomic_store_n(&channel->ring->cons.head, channel->position, __ATOMIC_RELAXED);
	__atomic_store_n(&channel->ring->cons.tail, channel->position, __ATOMIC_RELEASE);
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The primary's switch: passes on what one secondary sends to another. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_memcpy.h>

#include "base/ticks.h"
#include "message/message.h"
#include "message/name.h"
#include "message/stats.h"
#include "ring/channel.h"
#include "ring/doorbell.h"
#include "ring/link.h"
#include "ring/state.h"
#include "ring/stream.h"
#include "ring/switch.h"

/* How long the primary holds back a stream whose receiver takes nothing. */
#define FORWARD_PATIENCE_MS 1000

/* Does the sender of this kind wait for an answer? */
static bool
is_asking(unsigned int kind)
{
	return kind == MESSAGE_TEXT || kind == MESSAGE_PING ||
		kind == MESSAGE_BENCH_START || kind == MESSAGE_BENCH_END;
}

void
switch_refuse(const struct message *message, const char *why)
{
	struct message refused;

	stats_count(message->source, TRANSPORT_RING, COUNT_REFUSED, 1);
	if (!is_asking(message->kind))
		return;
	message_answer(&refused, MESSAGE_REFUSED, message->destination, message, why,
		strlen(why));
	link_send(&refused);
}

/*
 * Is this of a stream for a process that has left, whose number another may have now? A
 * stream is for who had the number when its MESSAGE_BENCH_START was passed on.
 */
static bool
is_of_a_stream_to_a_former(const struct message *message)
{
	const struct link *from = &worker.links[message->source];

	return message->kind == MESSAGE_BENCH &&
		(message->destination != from->streams_to ||
			worker.links[message->destination].generation !=
				from->streams_generation);
}

void
switch_forward(const struct message *message)
{
	const struct link *link = link_to(message->destination);
	struct link *from = &worker.links[message->source];
	char why[32] = "gone";
	int ret = is_of_a_stream_to_a_former(message) ? -ENOTCONN : link_put(message);

	if (ret == 0) {
		if (message->kind == MESSAGE_BENCH_START) {
			from->streams_to = message->destination;
			from->streams_generation = link->generation;
		}
		return;
	}
	if (ret == -ENOBUFS)
		snprintf(why, sizeof(why), "full %u", channel_count(link->out.ring));
	switch_refuse(message, why);
}

void
switch_hand_on(const struct message *message)
{
	struct message copy = *message;
	unsigned int i;

	for (i = 1; i < worker.n_links; i++) {
		if (i == message->source || !worker.links[i].open)
			continue;
		copy.destination = i;
		if (link_put(&copy) < 0)
			stats_count(i, TRANSPORT_RING, COUNT_REFUSED, 1);
	}
	link_publish();
}

bool
switch_must_wait(unsigned int neighbour, const struct message *message)
{
	struct link *link = link_to(message->destination);
	struct hold *hold = &worker.holds[neighbour];
	int room = STREAM_RESERVE + 1;
	uint64_t now;

	if (message->kind == MESSAGE_BENCH && link != NULL &&
		!is_of_a_stream_to_a_former(message))
		room = link_room(link, STREAM_RESERVE + 1);
	if (room < 0 || room > STREAM_RESERVE) {
		hold->since = 0;
		return false;
	}
	now = rte_rdtsc();
	if (hold->since == 0 || hold->other != link->out.other) {
		hold->since = now;
		hold->other = link->out.other;
	}
	return now - hold->since < ticks_hz() / 1000 * FORWARD_PATIENCE_MS;
}

/*
 * The link to which a message goes on if it is of a stream, or NULL. message: a copy, of
 * which the header is looked at.
 */
static struct link *
next_of_stream(unsigned int neighbour, const struct message *message)
{
	if (!worker.is_primary || message->kind != MESSAGE_BENCH ||
		message->destination == 0 || !link_may_bring(neighbour, message) ||
		is_of_a_stream_to_a_former(message) ||
		__atomic_load_n(&worker.monitor, __ATOMIC_RELAXED) != 0)
		return NULL;
	return link_to(message->destination);
}

/*
 * What a header begins with, up to the sequence: all that is checked of a message. In a
 * stream it is the same from one to the next, so that the first is checked for all.
 */
static inline uint64_t
route_of(const struct message *message)
{
	uint64_t route;

	memcpy(&route, message, sizeof(route));
	return route;
}

_Static_assert(offsetof(struct message, sequence) == sizeof(uint64_t), "route");

/*
 * From slot to slot: the header by way of a copy, and the text; unless the copy's route
 * is another than that of the first, which has been checked.
 */
static inline bool
pass_on(struct channel *to, const struct channel *from, unsigned int i, uint64_t route)
{
	uint8_t *there = channel_slot(to, i);
	const uint8_t *here = channel_slot(from, i);
	struct message head; /* and no more than its first cache line */

	rte_mov64((uint8_t *)&head, here);
	if (route_of(&head) != route)
		return false;
	channel_take_back(to, i, head.length);
	rte_mov64(there, (const uint8_t *)&head);
	channel_copy_lines(there, here, 1, head.length);
	return true;
}

unsigned int
switch_stream(unsigned int neighbour, unsigned int ready)
{
	struct channel *from = &worker.links[neighbour].in;
	struct message first; /* its header alone */
	struct link *link;
	unsigned int i, n;
	uint64_t route;
	int room;

	memcpy(&first, channel_slot(from, 0), MESSAGE_HEADER_SIZE);
	link = next_of_stream(neighbour, &first);
	if (link == NULL)
		return 0;
	link_publish();
	room = channel_room(&link->out, ready + STREAM_RESERVE);
	if (room <= STREAM_RESERVE)
		return 0;
	n = RTE_MIN(ready, (unsigned int)room - STREAM_RESERVE);
	route = route_of(&first);
	for (i = 0; i < n; i++) {
		channel_fetch(from, i);
		if (!pass_on(&link->out, from, i, route))
			break;
	}
	if (i == 0)
		return 0;
	channel_publish(&link->out, i);
	doorbell_ring(&link->bell);
	worker.holds[neighbour].since = 0;
	return i;
}

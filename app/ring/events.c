/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the worker tells the main thread: making events, and handing them over. */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_ring.h>

#include "base/loop.h"
#include "base/memory.h"
#include "message/message.h"
#include "ring/events.h"
#include "ring/job.h"
#include "ring/state.h"

/*
 * Among many processes on few CPUs each main thread that is woken holds up the workers of
 * others, who have not replied to the same broadcast yet: the main thread may hear of a
 * broadcast, and of one's replies where there are several, a little later.
 */
static bool
may_wait(const struct worker_event *event)
{
	return event->kind == MESSAGE_BROADCAST ||
		(event->kind == MESSAGE_BROADCAST_REPLY &&
			__atomic_load_n(&worker.replies, __ATOMIC_RELAXED) > 1);
}

void
events_tell(void)
{
	worker.untold = 0;
	worker.tells = false;
	loop_wake();
}

void
events_push(struct worker_event *event)
{
	const bool waits = may_wait(event);

	if (rte_ring_sp_enqueue(worker.events, event) != 0)
		free(event);
	if (!waits || rte_ring_count(worker.events) >= BURST)
		worker.tells = true;
	else if (worker.untold == 0)
		worker.untold = rte_rdtsc();
}

struct worker_event *
events_make(unsigned int neighbour, const struct message *message, uint64_t stamp)
{
	unsigned int length = message != NULL ? message->length : 0;
	struct worker_event *event = memory_zeroed(sizeof(*event) + length);

	if (event == NULL)
		return NULL;
	event->neighbour = neighbour;
	event->generation = worker.links[neighbour].generation;
	event->garbage = message == NULL;
	event->stamp = stamp;
	if (message != NULL) {
		event->kind = message->kind;
		event->source = message->source;
		event->destination = message->destination;
		event->asker = message->generation;
		event->sequence = message->sequence;
		event->length = length;
		memcpy(event->text, message->text, length);
	}
	return event;
}

bool
events_have_room(void)
{
	if (rte_ring_free_count(worker.events) >= EVENTS_ROOM)
		return true;
	/* worker_drain() may have made room before it could see that it is waited for. */
	if (__atomic_load_n(&worker.stalled, __ATOMIC_SEQ_CST) == 0)
		__atomic_store_n(&worker.stalled, 1, __ATOMIC_SEQ_CST);
	return rte_ring_free_count(worker.events) >= EVENTS_ROOM;
}

void
events_monitor(const struct message *message)
{
	struct worker_event *event;

	if (__builtin_expect(
		    __atomic_load_n(&worker.monitor, __ATOMIC_RELAXED) == 0, 1) ||
		message->kind == MESSAGE_HUB)
		return;
	event = events_have_room() ? events_make(0, message, rte_rdtsc()) : NULL;
	if (event == NULL) {
		__atomic_fetch_add(&worker.unseen, 1, __ATOMIC_RELAXED);
		return;
	}
	event->monitor = true;
	events_push(event);
}

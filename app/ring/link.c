/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The links of the worker: putting messages into the rings that lead to neighbours. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "message/message.h"
#include "message/stats.h"
#include "ring/channel.h"
#include "ring/doorbell.h"
#include "ring/events.h"
#include "ring/job.h"
#include "ring/link.h"
#include "ring/state.h"

struct link *
link_to(unsigned int destination)
{
	struct link *link = &worker.links[worker.is_primary ? destination : 0];

	return link->open ? link : NULL;
}

void
link_close(unsigned int peer)
{
	worker.links[peer].open = false;
	if (worker.filling == &worker.links[peer])
		worker.filling = NULL;
	while (worker.n_links > 0 && !worker.links[worker.n_links - 1].open)
		worker.n_links--;
}

void
link_refuse(unsigned int neighbour)
{
	struct worker_event *event;

	link_close(neighbour);
	stats_count(neighbour, TRANSPORT_RING, COUNT_INVALID, 1);
	event = events_make(neighbour, NULL, 0);
	if (event != NULL)
		events_push(event);
}

bool
link_may_bring(unsigned int neighbour, const struct message *message)
{
	if (message_check(message) < 0)
		return false;
	if (message->kind == MESSAGE_HUB)
		return !worker.is_primary;
	if (worker.is_primary)
		return message->source == neighbour &&
			message->destination != neighbour &&
			message->kind != MESSAGE_BROADCAST &&
			(message_is_answer(message->kind) ||
				message->generation ==
					(uint8_t)worker.links[neighbour].generation) &&
			(message->kind != MESSAGE_DETACH || message->destination == 0);
	return message->destination == worker.number && message->source != worker.number;
}

void
link_publish(void)
{
	struct link *link = worker.filling;

	if (link == NULL)
		return;
	worker.filling = NULL;
	channel_publish(&link->out, link->filled);
	doorbell_ring(&link->bell);
}

int
link_room(struct link *link, unsigned int want)
{
	unsigned int filled = worker.filling == link ? link->filled : 0;
	int room = channel_room(&link->out, filled + want);

	return room < 0 ? room : room - (int)filled;
}

/*
 * In the primary: does this answer a question of a process that has left, whose number
 * another has now?
 */
static bool
is_for_a_former(const struct message *message, const struct link *link)
{
	return worker.is_primary && message_is_answer(message->kind) &&
		message->generation != (uint8_t)link->generation;
}

int
link_put(const struct message *message)
{
	struct link *link = link_to(message->destination);
	int room;

	if (link == NULL || is_for_a_former(message, link))
		return -ENOTCONN;
	room = link_room(link, 1);
	if (room < 0) {
		link_refuse(link - worker.links);
		return -EBADMSG;
	}
	if (room == 0)
		return -ENOBUFS;
	if (worker.filling != link) {
		link_publish();
		worker.filling = link;
		link->filled = 0;
	}
	channel_take_back(&link->out, link->filled, message->length);
	channel_fill(&link->out, link->filled++, message);
	events_monitor(message);
	return 0;
}

int
link_send(const struct message *message)
{
	int ret = link_put(message);

	link_publish();
	return ret;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The primary's switch: passes on what one secondary sends to another. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_cycles.h>

#include "base/ticks.h"
#include "message/message.h"
#include "message/stats.h"
#include "ring/channel.h"
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

void
switch_forward(const struct message *message)
{
	const struct link *link = link_to(message->destination);
	char why[32] = "gone";
	int ret = link_put(message);

	if (ret == 0)
		return;
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

	if (message->kind == MESSAGE_BENCH && link != NULL)
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

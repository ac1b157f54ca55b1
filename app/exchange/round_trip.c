/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* One round trip to a peer, over either transport. */

#include <errno.h>
#include <stdlib.h>

#include "base/background.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/task.h"
#include "base/ticks.h"
#include "exchange/question.h"
#include "exchange/round_trip.h"
#include "message/message.h"
#include "mp/ping.h"
#include "peers/self.h"

static void
take_pong(struct question *question, const struct question_reply *reply)
{
	*(uint64_t *)question->ctx = reply->rtt_ns;
}

static int
by_ring(unsigned int number, uint32_t timeout_ms, uint64_t *rtt_ns)
{
	struct question question = { .on_reply = take_pong, .ctx = rtt_ns };

	return exchange_ask(&question, MESSAGE_PING, number, "ping", 4, timeout_ms);
}

struct trip {
	struct task task;
	unsigned int number, source, size;
	uint32_t sequence, timeout_ms;
	uint64_t ticks;
	int result;
};

static void
make_trip(void *arg)
{
	struct trip *trip = arg;

	trip->result = ipc_round_trip(trip->source, trip->number, trip->sequence,
		trip->size, trip->timeout_ms, &trip->ticks);
	task_post_over(&trip->task);
}

/* rte_mp's calls block, so the round trip is made in a background thread. */
static int
by_mp(unsigned int number, unsigned int size, uint32_t timeout_ms, uint64_t *rtt_ns)
{
	struct trip *trip = memory_zeroed(sizeof(*trip));
	int ret;

	if (trip == NULL)
		return -ENOMEM;
	trip->number = number;
	trip->source = hub_number();
	trip->size = size;
	trip->sequence = exchange_next_sequence();
	trip->timeout_ms = timeout_ms;
	ret = background_run(make_trip, trip);
	if (ret < 0) {
		free(trip);
		return ret;
	}
	stats_count(number, TRANSPORT_MP, COUNT_SENT, 1);
	stats_count(number, TRANSPORT_MP, COUNT_BYTES, size);
	ret = task_wait(&trip->task, LOOP_FOREVER);
	if (ret < 0) {
		stats_count(number, TRANSPORT_MP, COUNT_TIMEOUTS, 1);
		return ret;
	}
	ret = trip->result;
	*rtt_ns = ticks_to_ns(trip->ticks);
	stats_count(number, TRANSPORT_MP, ret == 0 ? COUNT_REPLIES : COUNT_TIMEOUTS, 1);
	if (ret == 0) {
		stats_count(number, TRANSPORT_MP, COUNT_BYTES, size);
		stats_round_trip(number, TRANSPORT_MP, *rtt_ns);
	}
	free(trip);
	return ret;
}

int
round_trip(enum transport transport, unsigned int number, unsigned int size,
	uint32_t timeout_ms, uint64_t *rtt_ns)
{
	return transport == TRANSPORT_RING ? by_ring(number, timeout_ms, rtt_ns)
					   : by_mp(number, size, timeout_ms, rtt_ns);
}

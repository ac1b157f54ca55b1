/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Replies that the main thread sends, most of them after a delay. */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <event2/event.h>

#include <rte_cycles.h>

#include "base/loop.h"
#include "base/ticks.h"
#include "exchange/later.h"
#include "message/message.h"
#include "message/stats.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "mp/sender.h"
#include "ring/job.h"
#include "ring/worker.h"

/* A reply that waits until it is due; on_delay() sends and frees it. */
struct delayed {
	struct event *timer;
	uint64_t due;     /* TSC; the timer uses another clock, which is coarse */
	struct job *job;  /* a reply over the ring, or NULL */
	bool has_message; /* message is a reply over rte_mp */
	struct message message;

	/* If there is neither: the answer to a request, for the socket at path. */
	char path[IPC_PATH_SIZE], action[IPC_ACTION_SIZE];
	int length;
	uint8_t payload[IPC_PAYLOAD_MAX];
};

void
later_sent(struct job *job)
{
	stats_count(job->message.destination, TRANSPORT_RING,
		job->result == 0 ? COUNT_BYTES : COUNT_REFUSED,
		job->result == 0 ? job->message.length : 1);
	free(job);
}

/*
 * Start the timer for when the reply is due. The timer may fire a little early, since
 * libevent counts from when it last read its clock; on_delay() then starts it again.
 */
static int
start_timer(struct delayed *delayed)
{
	uint64_t now = rte_rdtsc();
	uint64_t us = now < delayed->due ? ticks_to_ns(delayed->due - now) / 1000 + 1 : 0;
	const struct timeval left = { .tv_sec = us / 1000000, .tv_usec = us % 1000000 };

	return evtimer_add(delayed->timer, &left);
}

static void
on_delay(evutil_socket_t fd, short what, void *arg)
{
	struct delayed *delayed = arg;

	(void)fd;
	(void)what;
	if (rte_rdtsc() < delayed->due && start_timer(delayed) == 0)
		return;
	if (delayed->job != NULL)
		worker_send(delayed->job, later_sent);
	else if (delayed->has_message)
		ipc_send(&delayed->message, NULL, NULL, NULL);
	else
		ipc_reply_later(delayed->path, delayed->action, delayed->payload,
			delayed->length);
	event_free(delayed->timer);
	free(delayed);
}

static struct delayed *
new_delayed(uint32_t delay_ms)
{
	struct delayed *delayed = calloc(1, sizeof(*delayed));

	if (delayed == NULL)
		return NULL;
	delayed->due = rte_rdtsc() + ticks_of_ms(delay_ms);
	delayed->timer = evtimer_new(loop_base(), on_delay, delayed);
	if (delayed->timer == NULL || start_timer(delayed) != 0) {
		if (delayed->timer != NULL)
			event_free(delayed->timer);
		free(delayed);
		return NULL;
	}
	return delayed;
}

void
later_answer_by_ring(const struct message *answer, bool later, uint32_t delay_ms)
{
	struct job *job = malloc(sizeof(*job));
	struct delayed *delayed;

	if (job == NULL)
		return;
	job->message = *answer;
	if (!later) {
		worker_send(job, later_sent);
		return;
	}
	delayed = new_delayed(delay_ms);
	if (delayed == NULL)
		free(job);
	else
		delayed->job = job;
}

void
later_answer_by_mp(const struct message *answer, uint32_t delay_ms)
{
	struct delayed *delayed = new_delayed(delay_ms);

	if (delayed == NULL)
		return;
	delayed->has_message = true;
	delayed->message = *answer;
}

void
later_answer_request(const struct ipc_received *received)
{
	struct delayed *delayed = new_delayed(received->delay_ms);

	if (delayed == NULL)
		return;
	memcpy(delayed->path, received->path, sizeof(delayed->path));
	memcpy(delayed->action, received->action, sizeof(delayed->action));
	memcpy(delayed->payload, received->answer, received->answer_length);
	delayed->length = received->answer_length;
}

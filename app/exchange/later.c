/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Replies that the main thread sends, most of them after a delay. */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/time.h>

#include <event2/event.h>

#include <rte_cycles.h>

#include "base/loop.h"
#include "base/memory.h"
#include "base/ticks.h"
#include "exchange/later.h"
#include "host/sockets.h"
#include "message/message.h"
#include "message/stats.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "mp/sender.h"
#include "peers/peers.h"
#include "ring/job.h"
#include "ring/worker.h"

/* A reply that waits until it is due; on_delay() sends and frees it. */
struct delayed {
	LIST_ENTRY(delayed) next;
	unsigned int row; /* of the statistics: the peer's number, or STATS_OTHERS */
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

static LIST_HEAD(, delayed) waiting = LIST_HEAD_INITIALIZER(waiting);
static unsigned int n_waiting[STATS_ROWS];

/* For worker_send(): count the reply's bytes or its refusal, and free its job. */
static void
reply_sent(struct job *job)
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
free_delayed(struct delayed *delayed)
{
	LIST_REMOVE(delayed, next);
	n_waiting[delayed->row]--;
	event_free(delayed->timer);
	free(delayed);
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
		worker_send(delayed->job, reply_sent);
	else if (delayed->has_message)
		ipc_send(&delayed->message, NULL, NULL, NULL);
	else
		ipc_reply_later(delayed->path, delayed->action, delayed->payload,
			delayed->length);
	free_delayed(delayed);
}

/*
 * Returns NULL, counted as refused, when LATER_MAX replies wait already: the sender of
 * questions must not be able to fill this process's memory.
 */
static struct delayed *
new_delayed(unsigned int row, enum transport transport, uint32_t delay_ms)
{
	struct delayed *delayed =
		n_waiting[row] < LATER_MAX ? memory_zeroed(sizeof(*delayed)) : NULL;

	if (delayed == NULL) {
		stats_count(row, transport, COUNT_REFUSED, 1);
		return NULL;
	}
	delayed->row = row;
	delayed->due = rte_rdtsc() + ticks_of_ms(delay_ms);
	delayed->timer = evtimer_new(loop_base(), on_delay, delayed);
	if (delayed->timer == NULL || start_timer(delayed) != 0) {
		if (delayed->timer != NULL)
			event_free(delayed->timer);
		free(delayed);
		return NULL;
	}
	LIST_INSERT_HEAD(&waiting, delayed, next);
	n_waiting[row]++;
	return delayed;
}

void
later_forget(unsigned int peer)
{
	struct delayed *delayed = LIST_FIRST(&waiting), *next;

	for (; delayed != NULL; delayed = next) {
		next = LIST_NEXT(delayed, next);
		if (delayed->row != peer)
			continue;
		free(delayed->job);
		free_delayed(delayed);
	}
}

void
later_answer_by_ring(const struct message *answer, bool later, uint32_t delay_ms)
{
	struct job *job = memory_get(sizeof(*job));
	struct delayed *delayed;

	if (job == NULL) {
		stats_count(answer->destination, TRANSPORT_RING, COUNT_REFUSED, 1);
		return;
	}
	job->message = *answer;
	if (!later) {
		worker_send(job, reply_sent);
		return;
	}
	delayed = new_delayed(answer->destination, TRANSPORT_RING, delay_ms);
	if (delayed == NULL)
		free(job);
	else
		delayed->job = job;
}

void
later_answer_by_mp(const struct message *answer, uint32_t delay_ms)
{
	struct delayed *delayed =
		new_delayed(answer->destination, TRANSPORT_MP, delay_ms);

	if (delayed == NULL)
		return;
	delayed->has_message = true;
	delayed->message = *answer;
}

void
later_answer_request(const struct ipc_received *received)
{
	int peer = hub_find_socket(host_socket_name(received->path));
	struct delayed *delayed =
		new_delayed(peer >= 0 ? (unsigned int)peer : STATS_OTHERS, TRANSPORT_MP,
			received->delay_ms);

	if (delayed == NULL)
		return;
	memcpy(delayed->path, received->path, sizeof(delayed->path));
	memcpy(delayed->action, received->action, sizeof(delayed->action));
	memcpy(delayed->payload, received->answer, received->answer_length);
	delayed->length = received->answer_length;
}

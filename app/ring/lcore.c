/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The fast path of the worker lcore: receiving and answering messages, link by link, and
 * sending a stream.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_ring.h>

#include "base/loop.h"
#include "base/memory.h"
#include "message/answer.h"
#include "message/message.h"
#include "message/name.h"
#include "message/stats.h"
#include "ring/channel.h"
#include "ring/events.h"
#include "ring/job.h"
#include "ring/lcore.h"
#include "ring/link.h"
#include "ring/state.h"
#include "ring/stream.h"
#include "ring/switch.h"

/*
 * Answer a text or a broadcast as "set answer" says. A delayed answer is left to the main
 * thread; a reply that cannot be sent is dropped and counted as refused. Returns how many
 * bytes of text were sent.
 */
static unsigned int
answer_text(const struct message *message, struct worker_event *event)
{
	struct message reply;
	bool is_broadcast = message->kind == MESSAGE_BROADCAST;
	int length = answer_make(message->text, message->length, reply.text,
		is_broadcast ? MESSAGE_BROADCAST_MAX : MESSAGE_TEXT_MAX,
		&event->delay_ms);

	if (length == -EAGAIN) {
		event->delayed = true;
		return 0;
	}
	if (length < 0)
		return 0;
	message_answer(&reply, is_broadcast ? MESSAGE_BROADCAST_REPLY : MESSAGE_REPLY,
		worker.number, message, NULL, 0);
	reply.length = length;
	/* lcore_poll_links() publishes it, with those to the rest of the burst. */
	if (link_put(&reply) == 0)
		return length;
	stats_count(message->source, TRANSPORT_RING, COUNT_REFUSED, 1);
	return 0;
}

/*
 * Answer a MESSAGE_PING, MESSAGE_BENCH_START or MESSAGE_BENCH_END. None of these makes
 * an event of its own.
 */
static void
answer_control(const struct message *message)
{
	struct stream_count **count = &worker.counts[message->source];
	struct stream_report report = { 0 };
	struct message answer;
	uint64_t bytes;

	stats_count(message->source, TRANSPORT_RING, COUNT_RECEIVED, 1);
	message_answer(&answer, MESSAGE_PONG, worker.number, message, message->text,
		message->length);
	if (message->kind == MESSAGE_BENCH_START) {
		if (*count == NULL)
			*count = memory_get(sizeof(**count));
		if (*count == NULL)
			return;
		stream_count_begin(*count, message->generation);
	} else if (message->kind == MESSAGE_BENCH_END) {
		if (*count != NULL)
			stream_report(*count, &report);
		message_answer(&answer, MESSAGE_BENCH_REPORT, worker.number, message,
			&report, sizeof(report));
	}
	bytes = message->length + report.bytes;
	if (link_send(&answer) == 0)
		bytes += answer.length;
	else
		stats_count(message->source, TRANSPORT_RING, COUNT_REFUSED, 1);
	stats_count(message->source, TRANSPORT_RING, COUNT_BYTES, bytes);
}

/* Does a received message of this kind make an event? */
static bool
makes_event(unsigned int kind)
{
	return kind != MESSAGE_PING && kind != MESSAGE_BENCH &&
		kind != MESSAGE_BENCH_START && kind != MESSAGE_BENCH_END;
}

/*
 * The main thread takes no events now, since it cannot print. A secondary leaves what is
 * for it in its ring, which fills up. The primary refuses texts, since what is for other
 * secondaries stands behind them. Returns whether the message is done with.
 */
static bool
refuse_for_want_of_room(const struct message *message)
{
	char why[32];

	if (!worker.is_primary || message->kind != MESSAGE_TEXT)
		return false;
	snprintf(why, sizeof(why), "full %u", rte_ring_count(worker.events));
	switch_refuse(message, why);
	worker.refuses = true;
	return true;
}

/* Take one message that is for this process. */
static void
receive(unsigned int neighbour, const struct message *message, uint64_t stamp)
{
	unsigned int bytes = message->length;
	struct worker_event *event;

	events_monitor(message);
	if (message->kind == MESSAGE_BENCH) {
		if (worker.counts[message->source] != NULL)
			stream_take_one(worker.counts[message->source], message);
		else /* there was no MESSAGE_BENCH_START */
			stats_count(message->source, TRANSPORT_RING, COUNT_INVALID, 1);
		return;
	}
	if (!makes_event(message->kind)) {
		answer_control(message);
		return;
	}
	event = events_make(neighbour, message, stamp);
	if (event == NULL) {
		stats_count(message->source, TRANSPORT_RING, COUNT_REFUSED, 1);
		return;
	}
	if (message->kind == MESSAGE_TEXT || message->kind == MESSAGE_BROADCAST) {
		stats_count(message->source, TRANSPORT_RING, COUNT_RECEIVED, 1);
		bytes += answer_text(message, event);
	}
	if (message->kind != MESSAGE_HUB && message->kind != MESSAGE_DETACH)
		stats_count(message->source, TRANSPORT_RING, COUNT_BYTES, bytes);
	events_push(event);
}

/*
 * If the next message of a link seems to belong to a stream that is being counted,
 * returns its count, and its source in *source; else NULL. NULL also while "set
 * monitor" is on, because stream_take() makes no events.
 */
static struct stream_count *
find_count(const struct link *link, unsigned int neighbour, unsigned int *source)
{
	const struct message *first = (const struct message *)channel_slot(&link->in, 0);

	/* first is in shared memory: only a hint, since stream_take() checks a copy. */
	*source = worker.is_primary ? neighbour
				    : __atomic_load_n(&first->source, __ATOMIC_RELAXED);
	if (first->kind != MESSAGE_BENCH || *source > PEERS_MAX ||
		__atomic_load_n(&worker.monitor, __ATOMIC_RELAXED) != 0)
		return NULL;
	return worker.counts[*source];
}

/*
 * If the messages that wait in a link are of a stream, count bursts of them, or pass them
 * on; STREAM_ROUND in all at most. ready: how many wait. Returns how many were taken.
 */
static unsigned int
take_stream(struct link *link, unsigned int neighbour, int ready)
{
	unsigned int source, n, taken = 0;
	struct stream_count *count = find_count(link, neighbour, &source);

	do {
		ready = RTE_MIN(ready, STREAM_BURST_MAX);
		n = count == NULL
			? 0
			: stream_take(count, &link->in, ready, source, worker.number);
		if (n == 0)
			n = switch_stream(neighbour, ready);
		channel_release(&link->in, n);
		taken += n;
		ready = channel_ready(&link->in);
	} while (n == STREAM_BURST_MAX && ready > 0 && taken < STREAM_ROUND);
	return taken;
}

/* Do what is to be done with a message. Returns false if it must stay in its ring. */
static bool
take_or_forward(unsigned int neighbour, const struct message *message, uint64_t stamp)
{
	if (message->destination != worker.number) {
		if (switch_must_wait(neighbour, message))
			return false;
		switch_forward(message);
	} else if (!makes_event(message->kind) || events_have_room()) {
		receive(neighbour, message, stamp);
	} else if (!refuse_for_want_of_room(message)) {
		worker.links[neighbour].waits = true;
		return false;
	}
	return true;
}

/*
 * Take up to a burst of messages from one link. Returns how many, at least 1 when the
 * link was closed because of garbage.
 */
static unsigned int
poll_link(unsigned int neighbour)
{
	struct link *link = &worker.links[neighbour];
	struct message message;
	unsigned int i, n;
	uint64_t stamp;
	int ready = channel_ready(&link->in);

	if (ready == 0) {
		/* Who only polls asks for the position and the slot at once: when a
		 * message comes, its line comes beside the position's, not after it.
		 */
		if (worker.polls)
			channel_prefetch(channel_slot(&link->in, 0));
		return 0;
	}
	if (ready < 0) {
		link_refuse(neighbour);
		return 1;
	}
	n = take_stream(link, neighbour, ready);
	if (n != 0)
		return n;
	stamp = rte_rdtsc();
	n = RTE_MIN(ready, BURST);
	link->waits = false;
	for (i = 0; i < n; i++) {
		channel_take(&link->in, i, &message);
		if (!link_may_bring(neighbour, &message)) {
			link_refuse(neighbour);
			return i + 1;
		}
		if (!take_or_forward(neighbour, &message, stamp))
			break;
		if (!link->open)
			return i + 1;
	}
	channel_release(&link->in, i);
	return i;
}

unsigned int
lcore_poll_links(void)
{
	unsigned int i, did = 0;

	for (i = 0; i < worker.n_links; i++) {
		unsigned int at = worker.first_link + i;

		if (at >= worker.n_links)
			at -= worker.n_links;
		if (!worker.links[at].open)
			continue;
		did += poll_link(at);
		link_publish();
	}
	if (++worker.first_link >= worker.n_links)
		worker.first_link = 0;
	return did;
}

void
lcore_end_job(struct job *job)
{
	/* Waking the main thread may give it this CPU in the middle of a round trip. It
	 * need not learn of a successful send before the reply comes.
	 */
	bool wake = job->type != JOB_SEND || job->result < 0 ||
		rte_ring_count(worker.done) > JOBS / 2;

	rte_ring_sp_enqueue(worker.done, job);
	if (wake)
		loop_wake();
}

int
lcore_begin_stream(struct job *job)
{
	struct stream *stream = job->ctx;
	const struct link *link = link_to(stream->peer);

	if (worker.stream != NULL)
		return -EBUSY;
	if (link == NULL)
		return -ENOTCONN;
	stream->peer_generation = link->generation;
	stream_begin(stream);
	worker.stream = job;
	return 0;
}

unsigned int
lcore_poll_stream(void)
{
	struct job *job = worker.stream;
	struct stream *stream;
	struct link *link;
	int n = 0;

	if (job == NULL)
		return 0;
	stream = job->ctx;
	link = link_to(stream->peer);
	/* Another may have the number by now. */
	if (link != NULL && link->generation != stream->peer_generation)
		link = NULL;
	if (link != NULL && !stream_is_over(stream)) {
		/* The primary keeps a second reserve, for forwarded streams. */
		n = stream_send(stream, &link->out,
			worker.is_primary ? 2 * STREAM_RESERVE : STREAM_RESERVE);
		if (n > 0)
			doorbell_ring(&link->bell);
		if (n >= 0)
			return n;
		link_refuse(link - worker.links);
	}
	stream->ended = rte_rdtsc();
	job->result = link == NULL ? -ENOTCONN : n;
	worker.stream = NULL;
	lcore_end_job(job);
	return 1;
}

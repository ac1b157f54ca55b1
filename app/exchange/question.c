/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Questions over either transport, and their replies: in time, late or missing. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/time.h>

#include <event2/event.h>

#include <rte_cycles.h>

#include "base/loop.h"
#include "base/memory.h"
#include "base/ticks.h"
#include "exchange/notice.h"
#include "exchange/question.h"
#include "message/message.h"
#include "message/name.h"
#include "message/stats.h"
#include "mp/sender.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"
#include "ring/job.h"
#include "ring/worker.h"

/* How many questions are remembered for late replies. */
#define RECORDS 4096

/* A question, remembered after its end, so that a late reply can be recognised. */
struct record {
	uint32_t sequence; /* 0: the record is unused */
	enum transport transport;
	enum message_kind kind;
	bool counted;   /* the question was counted in COUNT_SENT */
	uint64_t stamp; /* TSC just before it was put on its transport; atomic */
	uint64_t late;  /* a bit for each peer that timed out and may still reply */
	struct question *live; /* NULL after exchange_end() */
};

/* Static, since the callbacks that use it get no context. */
static struct {
	struct record records[RECORDS];
	uint32_t sequence;
	uint32_t timeout_ms;
} exchanges = {
	.timeout_ms = TIMEOUT_DEFAULT_MS,
};

void
exchange_set_timeout(uint32_t ms)
{
	exchanges.timeout_ms = ms;
}

uint32_t
exchange_timeout(void)
{
	return exchanges.timeout_ms;
}

/* Asking. */

/*
 * Where this process's sequences begin. An answer to the process that had this number
 * before may still come, so the sequences are others than that one's: the highest byte
 * is the place's generation, the rest begins at random.
 */
static uint32_t
first_sequence(void)
{
	uint32_t from = 0;

	if (getrandom(&from, sizeof(from), GRND_NONBLOCK) != sizeof(from))
		from = rte_rdtsc();
	return hub_generation() << 24 | (from & 0x7fffff);
}

uint32_t
exchange_next_sequence(void)
{
	if (exchanges.sequence == 0)
		exchanges.sequence = first_sequence();
	if (++exchanges.sequence == 0)
		exchanges.sequence = 1;
	return exchanges.sequence;
}

static struct record *
record_of(uint32_t sequence)
{
	struct record *record = &exchanges.records[sequence % RECORDS];

	return record->sequence == sequence && sequence != 0 ? record : NULL;
}

static struct record *
new_record(struct question *question, enum transport transport, enum message_kind kind)
{
	struct record *record;

	question->transport = transport;
	question->sequence = exchange_next_sequence();
	question->replied = 0;
	question->n_waiting_in_ring = 0;
	question->result = 0;
	record = &exchanges.records[question->sequence % RECORDS];
	memset(record, 0, sizeof(*record));
	record->sequence = question->sequence;
	record->transport = transport;
	record->kind = kind;
	record->live = question;
	return record;
}

/*
 * The transport over which a question reaches a peer: a secondary's broadcast goes to the
 * primary over rte_mp, and from there to the others over their rings.
 */
static enum transport
transport_to(const struct record *record, unsigned int peer)
{
	return record->kind == MESSAGE_BROADCAST && peer != 0 &&
			hub_role() == ROLE_SECONDARY
		? TRANSPORT_RING
		: record->transport;
}

static void
count_all(const struct record *record, uint64_t peers, enum counter counter, int64_t n)
{
	unsigned int i;

	for (i = 0; i <= PEERS_MAX; i++)
		if (peers & (UINT64_C(1) << i))
			stats_count(i, transport_to(record, i), counter, n);
}

static void
send_done(struct job *job)
{
	struct record *record = record_of(job->message.sequence);
	unsigned int peer = job->message.destination;

	if (job->result == 0) {
		stats_count(peer, TRANSPORT_RING, COUNT_SENT, 1);
		stats_count(peer, TRANSPORT_RING, COUNT_BYTES, job->message.length);
	} else if (job->result == -ENOBUFS) {
		stats_count(peer, TRANSPORT_RING, COUNT_REFUSED, 1);
	}
	if (record != NULL) {
		record->stamp = job->stamp;
		record->counted = job->result == 0;
		if (record->live != NULL)
			record->live->result = job->result;
		else if (record->counted) /* ended before it was sent */
			stats_count(peer, TRANSPORT_RING, COUNT_TIMEOUTS, 1);
	}
	free(job);
}

int
exchange_send(struct question *question, enum message_kind kind, unsigned int peer,
	const void *text, size_t length)
{
	struct job *job = memory_get(sizeof(*job));
	struct record *record;
	int ret;

	if (job == NULL)
		return -ENOMEM;
	record = new_record(question, TRANSPORT_RING, kind);
	question->asked = UINT64_C(1) << peer;
	question->waiting = question->asked;
	message_build(&job->message, kind, hub_number(), peer, question->sequence, text,
		length);
	job->message.generation = hub_generation();
	ret = worker_send(job, send_done);
	if (ret < 0)
		record->sequence = 0;
	return ret;
}

/* ctx is the sequence number, since the question may have ended. */
static void
broadcast_done(void *ctx, int result)
{
	struct record *record = record_of((uintptr_t)ctx);

	/*
	 * The primary sends to many peers: those that the send has failed for will just
	 * not reply. A secondary sends to the primary alone, so a failure is the
	 * result.
	 */
	if (record != NULL && record->live != NULL && result < 0 &&
		hub_role() != ROLE_PRIMARY)
		record->live->result = result;
}

int
exchange_broadcast(struct question *question, const void *text, size_t length)
{
	struct message message;
	struct record *record;
	struct peer peer;
	unsigned int i;
	int ret;

	record = new_record(question, TRANSPORT_MP, MESSAGE_BROADCAST);
	question->asked = 0;
	for (i = 0; i <= PEERS_MAX; i++)
		if (hub_peer(i, &peer))
			question->asked |= UINT64_C(1) << i;
	question->waiting = question->asked;
	worker_expect_replies(__builtin_popcountll(question->asked));
	message_build(&message, MESSAGE_BROADCAST, hub_number(), 0, question->sequence,
		text, length);
	message.generation = hub_generation();
	if (exchange_monitors())
		notice_passing(
			TRANSPORT_MP, message.kind, message.source, "all", text, length);
	ret = ipc_send(&message, &record->stamp, broadcast_done,
		(void *)(uintptr_t)question->sequence);
	if (ret < 0) {
		record->sequence = 0;
		return ret;
	}
	record->counted = true;
	count_all(record, question->asked, COUNT_SENT, 1);
	count_all(record, question->asked, COUNT_BYTES, length);
	return 0;
}

bool
question_is_over(void *ctx)
{
	struct question *question = ctx;

	return question->result < 0 || question->waiting == 0;
}

void
exchange_end(struct question *question)
{
	struct record *record = record_of(question->sequence);

	if (record == NULL)
		return;
	record->live = NULL;
	record->late = question->waiting;
	if (record->counted)
		count_all(record, question->waiting, COUNT_TIMEOUTS, 1);
}

int
exchange_ask(struct question *question, enum message_kind kind, unsigned int peer,
	const void *text, size_t length, uint32_t timeout_ms)
{
	int ret = exchange_send(question, kind, peer, text, length);

	if (ret < 0)
		return ret;
	ret = loop_until(question_is_over, question, timeout_ms * UINT64_C(1000000));
	exchange_end(question);
	return question->replied != 0 ? 0 : ret < 0 ? ret : question->result;
}

void
question_on_reply(unsigned int peer, uint32_t sequence, const uint8_t *text,
	size_t length, uint64_t stamp)
{
	struct record *record = record_of(sequence);
	uint64_t bit = UINT64_C(1) << peer;
	enum transport transport;
	uint64_t rtt_ns, from;

	if (record == NULL) {
		stats_count(peer, TRANSPORT_RING, COUNT_INVALID, 1);
		return;
	}
	transport = transport_to(record, peer);
	from = __atomic_load_n(&record->stamp, __ATOMIC_ACQUIRE);
	rtt_ns = stamp > from ? ticks_to_ns(stamp - from) : 0;
	if (record->live != NULL && (record->live->waiting & bit)) {
		struct question_reply reply = { peer, text, length, transport, rtt_ns };

		record->live->waiting &= ~bit;
		record->live->replied |= bit;
		stats_count(peer, transport, COUNT_REPLIES, 1);
		stats_round_trip(peer, transport, rtt_ns);
		if (record->live->on_reply != NULL)
			record->live->on_reply(record->live, &reply);
	} else if (record->late & bit) {
		record->late &= ~bit;
		stats_count(peer, transport, COUNT_LATE, 1);
		if (record->kind == MESSAGE_TEXT || record->kind == MESSAGE_BROADCAST)
			notice_late(transport, peer, text, length, rtt_ns);
	} else {
		stats_count(peer, transport, COUNT_INVALID, 1);
	}
}

void
question_on_refusal(
	unsigned int peer, uint32_t sequence, const uint8_t *text, size_t length)
{
	struct record *record = record_of(sequence);
	uint64_t bit = UINT64_C(1) << peer;
	char why[32] = "";

	if (record == NULL)
		return;
	if (record->late & bit) { /* counted as sent and timed out, and was neither */
		record->late &= ~bit;
		stats_count(peer, record->transport, COUNT_SENT, -1);
		stats_count(peer, record->transport, COUNT_TIMEOUTS, -1);
		stats_count(peer, record->transport, COUNT_REFUSED, 1);
		return;
	}
	if (record->live == NULL || !(record->live->waiting & bit))
		return;
	if (length < sizeof(why))
		memcpy(why, text, length);
	if (record->counted)
		stats_count(peer, record->transport, COUNT_SENT, -1);
	record->counted = false;
	stats_count(peer, record->transport, COUNT_REFUSED, 1);
	if (sscanf(why, "full %u", &record->live->n_waiting_in_ring) == 1)
		record->live->result = -ENOBUFS;
	else
		record->live->result = -ENOTCONN;
}

/* End the wait for a peer that has left in all questions over this transport. */
static void
give_up_on(unsigned int peer, enum transport transport)
{
	uint64_t bit = UINT64_C(1) << peer;
	unsigned int i;

	for (i = 0; i < RECORDS; i++) {
		const struct record *record = &exchanges.records[i];
		struct question *question = record->live;

		if (question == NULL || transport_to(record, peer) != transport ||
			!(question->waiting & bit))
			continue;
		if (question->asked == bit) {
			question->result = -ENOTCONN;
			continue;
		}
		question->waiting &= ~bit;
		stats_count(peer, transport, COUNT_TIMEOUTS, 1);
	}
}

static void
on_grace_over(evutil_socket_t fd, short what, void *arg)
{
	unsigned int peer = (uintptr_t)arg;
	struct peer there;

	(void)fd;
	(void)what;
	if (!hub_peer(peer, &there))
		give_up_on(peer, TRANSPORT_MP);
}

void
question_on_leaving(unsigned int peer)
{
	const struct timeval grace = { .tv_usec = 200000 };

	give_up_on(peer, TRANSPORT_RING);
	event_base_once(loop_base(), -1, EV_TIMEOUT, on_grace_over,
		(void *)(uintptr_t)peer, &grace);
}

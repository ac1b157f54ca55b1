/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include <rte_cycles.h>

#include <event2/event.h>

#include "base/loop.h"
#include "base/ticks.h"
#include "exchange/question.h"
#include "exchange/reply.h"
#include "message/answer.h"
#include "output/json_text.h"
#include "output/output.h"

/* How many questions are remembered for late replies. */
#define RECORDS 4096

/* How many messages `wait message` looks back on. */
#define RECEIVED_MAX 1000

/* What is remembered of a question after its asker has gone. */
struct record {
	uint32_t sequence; /* 0: none */
	enum road road;
	bool counted;   /* sent was counted */
	uint64_t stamp; /* TSC just before it was put on its road; atomic */
	uint64_t late;  /* who has timed out and may reply yet */
	struct question *live;
};

struct received {
	STAILQ_ENTRY(received) next;
	size_t length;
	uint8_t text[];
};

struct relayed {
	STAILQ_ENTRY(relayed) next;
	size_t length;
	uint8_t text[IPC_PAYLOAD_MAX];
};

/* A reply that is to be sent after a while. */
struct delayed {
	struct event *timer;
	uint64_t due;           /* TSC; the timer's clock is another one, and coarse */
	bool is_request;        /* to a request: by path, else by message */
	struct job *job;        /* over the ring */
	struct message message; /* over rte_mp, as a message */
	bool by_mp;
	char path[108], action[IPC_ACTION_SIZE];
	int length;
	uint8_t payload[IPC_PAYLOAD_MAX];
};

/* One a process, as are the modules whose callbacks use it. */
static struct {
	struct record records[RECORDS];
	uint32_t sequence;
	uint32_t timeout_ms;
} exchanges = {
	.timeout_ms = TIMEOUT_DEFAULT_MS,
};

static struct {
	STAILQ_HEAD(, received) received;
	size_t n;
} inbox = {
	.received = STAILQ_HEAD_INITIALIZER(inbox.received),
};

/* To whom broadcasts are passed on, and those that wait while one is under way. */
static struct {
	char action[IPC_ACTION_SIZE]; /* "" to nobody */
	STAILQ_HEAD(, relayed) queue;
	size_t n;
	bool busy, overflow_said;
	uint64_t not_relayed;
} relaying = {
	.queue = STAILQ_HEAD_INITIALIZER(relaying.queue),
};

static bool monitoring;

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

static void notice_passing(enum road road, enum message_kind kind, unsigned int source,
	const char *to, const uint8_t *text, size_t length);

/* Asking. */

uint32_t
exchange_next_sequence(void)
{
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
new_record(struct question *question, enum road road)
{
	struct record *record;

	question->road = road;
	question->sequence = exchange_next_sequence();
	question->replied = 0;
	question->n_waiting_in_ring = 0;
	question->result = 0;
	record = &exchanges.records[question->sequence % RECORDS];
	memset(record, 0, sizeof(*record));
	record->sequence = question->sequence;
	record->road = road;
	record->live = question;
	return record;
}

static void
count_all(uint64_t peers, enum road road, enum counter counter, int64_t n)
{
	unsigned int i;

	for (i = 0; i <= PEERS_MAX; i++)
		if (peers & (UINT64_C(1) << i))
			stats_count(i, road, counter, n);
}

static void
send_done(struct job *job)
{
	struct record *record = record_of(job->message.sequence);
	unsigned int peer = job->message.destination;

	if (job->result == 0) {
		stats_count(peer, ROAD_RING, COUNT_SENT, 1);
		stats_count(peer, ROAD_RING, COUNT_BYTES, job->message.length);
	} else if (job->result == -ENOBUFS) {
		stats_count(peer, ROAD_RING, COUNT_REFUSED, 1);
	}
	if (record != NULL) {
		record->stamp = job->stamp;
		record->counted = job->result == 0;
		if (record->live != NULL)
			record->live->result = job->result;
		else if (record->counted) /* given up before it was on its road */
			stats_count(peer, ROAD_RING, COUNT_TIMEOUTS, 1);
	}
	free(job);
}

int
exchange_send(struct question *question, enum message_kind kind, unsigned int peer,
	const void *text, size_t length)
{
	struct job *job = malloc(sizeof(*job));
	struct record *record;
	int ret;

	if (job == NULL)
		return -ENOMEM;
	record = new_record(question, ROAD_RING);
	question->asked = UINT64_C(1) << peer;
	question->waiting = question->asked;
	message_build(&job->message, kind, hub_number(), peer, question->sequence, text,
		length);
	ret = worker_send(job, send_done);
	if (ret < 0)
		record->sequence = 0;
	return ret;
}

/* ctx is the sequence: the asker may have gone. */
static void
broadcast_done(void *ctx, int result)
{
	struct record *record = record_of((uintptr_t)ctx);

	/* A failure of some is seen by their silence. From a secondary there is just one.
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

	record = new_record(question, ROAD_MP);
	question->asked = 0;
	for (i = 0; i <= PEERS_MAX; i++)
		if (peer_find(i, &peer))
			question->asked |= UINT64_C(1) << i;
	question->waiting = question->asked;
	message_build(&message, MESSAGE_BROADCAST, hub_number(), 0, question->sequence,
		text, length);
	if (monitoring)
		notice_passing(
			ROAD_MP, message.kind, message.source, "all", text, length);
	ret = ipc_send(&message, &record->stamp, broadcast_done,
		(void *)(uintptr_t)question->sequence);
	if (ret < 0) {
		record->sequence = 0;
		return ret;
	}
	record->counted = true;
	count_all(question->asked, ROAD_MP, COUNT_SENT, 1);
	count_all(question->asked, ROAD_MP, COUNT_BYTES, length);
	return 0;
}

bool
exchange_is_over(void *ctx)
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
		count_all(question->waiting, question->road, COUNT_TIMEOUTS, 1);
}

/* Replies. */

static void
notice_late(enum road road, unsigned int peer, const uint8_t *text, size_t length,
	uint64_t rtt_ns)
{
	json_t *event =
		json_pack("{s:s, s:s}", "type", "late", "peer", hub_peer_name(peer));

	output_set_text(event, text, length);
	json_object_set_new(event, "transport", json_string(road_name(road)));
	json_object_set_new(event, "rtt_ns", json_integer(rtt_ns));
	output_notice(json_pack("{s:o}", "event", event), "* late reply from %s: %s (%s)",
		hub_peer_name(peer), output_escape(text, length),
		output_duration(rtt_ns));
}

static void
question_on_reply(unsigned int peer, uint32_t sequence, const uint8_t *text,
	size_t length, uint64_t stamp)
{
	struct record *record = record_of(sequence);
	uint64_t bit = UINT64_C(1) << peer;
	uint64_t rtt_ns, from;

	if (record == NULL) {
		stats_count(peer, ROAD_RING, COUNT_INVALID, 1);
		return;
	}
	from = __atomic_load_n(&record->stamp, __ATOMIC_ACQUIRE);
	rtt_ns = stamp > from ? ticks_to_ns(stamp - from) : 0;
	if (record->live != NULL && (record->live->waiting & bit)) {
		struct question_reply reply = { peer, text, length, rtt_ns };

		record->live->waiting &= ~bit;
		record->live->replied |= bit;
		stats_count(peer, record->road, COUNT_REPLIES, 1);
		stats_round_trip(peer, record->road, rtt_ns);
		if (record->live->on_reply != NULL)
			record->live->on_reply(record->live, &reply);
	} else if (record->late & bit) {
		record->late &= ~bit;
		stats_count(peer, record->road, COUNT_LATE, 1);
		notice_late(record->road, peer, text, length, rtt_ns);
	} else {
		stats_count(peer, record->road, COUNT_INVALID, 1);
	}
}

/* The switch could not pass it on: "full 255" or "gone". */
static void
question_on_refusal(
	unsigned int peer, uint32_t sequence, const uint8_t *text, size_t length)
{
	struct record *record = record_of(sequence);
	uint64_t bit = UINT64_C(1) << peer;
	char why[32] = "";

	if (record == NULL || record->live == NULL || !(record->live->waiting & bit))
		return;
	if (length < sizeof(why))
		memcpy(why, text, length);
	if (record->counted)
		stats_count(peer, record->road, COUNT_SENT, -1);
	record->counted = false;
	stats_count(peer, record->road, COUNT_REFUSED, 1);
	if (sscanf(why, "full %u", &record->live->n_waiting_in_ring) == 1)
		record->live->result = -ENOBUFS;
	else
		record->live->result = -ENOTCONN;
}

/* Who has left will not reply: do not wait for it. */
static void
give_up_on(unsigned int peer, enum road road)
{
	uint64_t bit = UINT64_C(1) << peer;
	unsigned int i;

	for (i = 0; i < RECORDS; i++) {
		struct question *question = exchanges.records[i].live;

		if (question == NULL || question->road != road ||
			!(question->waiting & bit))
			continue;
		if (question->asked == bit) {
			question->result = -ENOTCONN;
			continue;
		}
		question->waiting &= ~bit;
		stats_count(peer, question->road, COUNT_TIMEOUTS, 1);
	}
}

static void
on_grace_over(evutil_socket_t fd, short what, void *arg)
{
	unsigned int peer = (uintptr_t)arg;
	struct peer there;

	(void)fd;
	(void)what;
	if (!peer_find(peer, &there))
		give_up_on(peer, ROAD_MP);
}

/* Its word that it leaves came over the ring; a last reply may still come over rte_mp. */
static void
question_on_leaving(unsigned int peer)
{
	const struct timeval grace = { .tv_usec = 200000 };

	give_up_on(peer, ROAD_RING);
	event_base_once(loop_base(), -1, EV_TIMEOUT, on_grace_over,
		(void *)(uintptr_t)peer, &grace);
}

/* What was received: kept for `wait message`. */

static void
inbox_keep(const uint8_t *text, size_t length)
{
	struct received *received = malloc(sizeof(*received) + length);

	if (received == NULL)
		return;
	received->length = length;
	memcpy(received->text, text, length);
	STAILQ_INSERT_TAIL(&inbox.received, received, next);
	if (++inbox.n > RECEIVED_MAX) {
		received = STAILQ_FIRST(&inbox.received);
		STAILQ_REMOVE_HEAD(&inbox.received, next);
		inbox.n--;
		free(received);
	}
}

bool
exchange_was_received(const char *text, size_t length)
{
	struct received *received;

	STAILQ_FOREACH(received, &inbox.received, next)
		if (memmem(received->text, received->length, text, length) != NULL)
			return true;
	return false;
}

void
exchange_forget_received(void)
{
	struct received *received;

	while ((received = STAILQ_FIRST(&inbox.received)) != NULL) {
		STAILQ_REMOVE_HEAD(&inbox.received, next);
		free(received);
	}
	inbox.n = 0;
}

/* Relay. */

static void relay_next(void);

static void
relay_done(struct ipc_request *request)
{
	relaying.busy = false;
	reply_print(request, "relay");
	ipc_request_free(request);
	relay_next();
}

static void
relay_next(void)
{
	struct relayed *relayed = STAILQ_FIRST(&relaying.queue);
	struct ipc_request *request;
	int ret;

	if (relayed == NULL || relaying.busy)
		return;
	STAILQ_REMOVE_HEAD(&relaying.queue, next);
	relaying.n--;
	request = calloc(1, sizeof(*request));
	if (request == NULL || relaying.action[0] == '\0') {
		free(request);
		free(relayed);
		return;
	}
	strcpy(request->action, relaying.action);
	request->length = relayed->length;
	memcpy(request->payload, relayed->text, relayed->length);
	free(relayed);
	request->timeout_ms = exchanges.timeout_ms;
	request->done = relay_done;
	ret = ipc_request_start(request);
	relaying.busy = ret == 0;
	if (ret < 0) {
		output_error(ret == -EEXIST ? "a request to %s is still pending"
					    : "a message could not be relayed to %s",
			request->action);
		ipc_request_free(request);
	}
}

static void
relay_text(const uint8_t *text, size_t length)
{
	struct relayed *relayed;

	if (relaying.action[0] == '\0')
		return;
	if (length > IPC_PAYLOAD_MAX) {
		relaying.not_relayed++;
		output_error("a message of %zu bytes was not relayed: the limit is %d",
			length, IPC_PAYLOAD_MAX);
		return;
	}
	relayed = relaying.n < RELAY_WAITING_MAX ? malloc(sizeof(*relayed)) : NULL;
	if (relayed == NULL) {
		relaying.not_relayed++;
		if (!relaying.overflow_said)
			output_error(
				"%d messages wait to be relayed: further ones are not",
				RELAY_WAITING_MAX);
		relaying.overflow_said = true;
		return;
	}
	relayed->length = length;
	memcpy(relayed->text, text, length);
	STAILQ_INSERT_TAIL(&relaying.queue, relayed, next);
	relaying.n++;
	relay_next();
}

void
exchange_set_relay(const char *action)
{
	struct relayed *relayed;

	snprintf(relaying.action, sizeof(relaying.action), "%s", action);
	relaying.overflow_said = false;
	while (action[0] == '\0' && (relayed = STAILQ_FIRST(&relaying.queue)) != NULL) {
		STAILQ_REMOVE_HEAD(&relaying.queue, next);
		relaying.n--;
		free(relayed);
	}
}

const char *
exchange_relay(void)
{
	return relaying.action;
}

uint64_t
exchange_not_relayed(void)
{
	return relaying.not_relayed;
}

/* Answers that come later. */

static void
later_sent(struct job *job)
{
	stats_count(job->message.destination, ROAD_RING,
		job->result == 0 ? COUNT_BYTES : COUNT_REFUSED,
		job->result == 0 ? job->message.length : 1);
	free(job);
}

/*
 * Wake up when the answer is due, or a little before: libevent reckons from when it last
 * looked at its clock.
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
	else if (delayed->by_mp)
		ipc_send(&delayed->message, NULL, NULL, NULL);
	else
		ipc_reply_later(delayed->path, delayed->action, delayed->payload,
			delayed->length);
	event_free(delayed->timer);
	free(delayed);
}

static struct delayed *
later_new(uint32_t delay_ms)
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

/* Answer a message over the ring to its sender, now or later. */
static void
answer_by_ring(enum message_kind kind, unsigned int peer, uint32_t sequence,
	const uint8_t *text, size_t length, bool later, uint32_t delay_ms)
{
	struct job *job = malloc(sizeof(*job));
	struct delayed *delayed;

	if (job == NULL)
		return;
	job->type = JOB_SEND;
	job->done = later_sent;
	message_build(&job->message, kind, hub_number(), peer, sequence, text, length);
	if (!later) {
		worker_send(job, later_sent);
		return;
	}
	delayed = later_new(delay_ms);
	if (delayed == NULL)
		free(job);
	else
		delayed->job = job;
}

/* Notices of what came. */

static void
notice_received(const char *kind, const char *before, const char *name, enum road road,
	const uint8_t *text, size_t length)
{
	json_t *received = json_pack("{s:s}", "peer", name);

	output_set_text(received, text, length);
	json_object_set_new(received, "transport", json_string(road_name(road)));
	json_object_set_new(received, "kind", json_string(kind));
	output_notice(json_pack("{s:o}", "received", received), "%s%s: %s", before, name,
		output_escape(text, length));
	inbox_keep(text, length);
}

/* A message that passes: when, from whom, to whom, over what, of what kind. */
static void
notice_passing(enum road road, enum message_kind kind, unsigned int source,
	const char *to, const uint8_t *text, size_t length)
{
	static const char *const kinds[] = {
		[MESSAGE_TEXT] = "message",
		[MESSAGE_REPLY] = "reply",
		[MESSAGE_REFUSED] = "refused",
		[MESSAGE_BROADCAST] = "broadcast",
		[MESSAGE_BROADCAST_REPLY] = "reply",
		[MESSAGE_PING] = "ping",
		[MESSAGE_PONG] = "pong",
		[MESSAGE_BENCH_START] = "bench start",
		[MESSAGE_BENCH] = "bench",
		[MESSAGE_BENCH_END] = "bench end",
		[MESSAGE_BENCH_REPORT] = "bench report",
		[MESSAGE_HUB] = "hub",
		[MESSAGE_DETACH] = "detach",
	};
	json_t *passed = json_object();
	struct timespec now;
	struct tm broken;
	char clock[32];

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &broken);
	strftime(clock, sizeof(clock), "%H:%M:%S", &broken);
	json_object_set_new(passed, "time_ns",
		json_integer(now.tv_sec * INT64_C(1000000000) + now.tv_nsec));
	json_object_set_new(passed, "from", json_string(hub_peer_name(source)));
	json_object_set_new(passed, "to", json_string(to));
	json_object_set_new(passed, "transport", json_string(road_name(road)));
	json_object_set_new(passed, "kind", json_string(kinds[kind]));
	output_set_text(passed, text, length);
	output_notice(json_pack("{s:o}", "monitor", passed), "%s.%06ld %s > %s %s %s: %s",
		clock, now.tv_nsec / 1000, hub_peer_name(source), to, road_name(road),
		kinds[kind],
		kind == MESSAGE_BENCH_REPORT ? "" : output_escape(text, length));
}

void
exchange_set_monitor(bool on)
{
	monitoring = on;
	worker_set_monitor(on);
}

bool
exchange_monitors(void)
{
	return monitoring;
}

void
exchange_on_event(const struct worker_event *event)
{
	if (event->monitor) {
		notice_passing(ROAD_RING, event->kind, event->source,
			hub_peer_name(event->destination), event->text, event->length);
		return;
	}
	if (event->garbage) {
		hub_on_garbage(event->neighbour);
		return;
	}
	if (event->simple_mp) {
		stats_count(STATS_SIMPLE_MP, ROAD_RING, COUNT_RECEIVED, 1);
		stats_count(STATS_SIMPLE_MP, ROAD_RING, COUNT_BYTES, event->length);
		notice_received("message", "",
			hub_role() == ROLE_PRIMARY ? "simple_mp" : "primary", ROAD_RING,
			event->text, event->length);
		relay_text(event->text, event->length);
		return;
	}
	switch (event->kind) {
	case MESSAGE_TEXT:
		notice_received("message", "", hub_peer_name(event->source), ROAD_RING,
			event->text, event->length);
		if (event->delayed)
			answer_by_ring(MESSAGE_REPLY, event->source, event->sequence,
				event->text, event->length, true, event->delay_ms);
		relay_text(event->text, event->length);
		break;
	case MESSAGE_REPLY:
	case MESSAGE_PONG:
	case MESSAGE_BENCH_REPORT:
	case MESSAGE_BROADCAST_REPLY:
		question_on_reply(event->source, event->sequence, event->text,
			event->length, event->stamp);
		break;
	case MESSAGE_REFUSED:
		question_on_refusal(
			event->source, event->sequence, event->text, event->length);
		break;
	case MESSAGE_HUB:
		hub_on_change();
		break;
	case MESSAGE_DETACH:
		hub_on_detach(event->source);
		break;
	default:
		stats_count(event->source, ROAD_RING, COUNT_INVALID, 1);
	}
}

/* A secondary's answer to a broadcast, over the primary. */
static void
answer_by_mp(const struct message *asked, const uint8_t *text, size_t length,
	uint32_t delay_ms)
{
	struct delayed *delayed = later_new(delay_ms);

	if (delayed == NULL)
		return;
	delayed->by_mp = true;
	message_build(&delayed->message, MESSAGE_BROADCAST_REPLY, hub_number(),
		asked->source, asked->sequence, text, length);
}

/* A broadcast has reached this console: show it, answer it. */
static void
take_broadcast(const struct message *message, bool answered)
{
	uint8_t text[MESSAGE_BROADCAST_MAX];
	uint32_t delay_ms = 0;
	int length;

	stats_count(message->source, ROAD_MP, COUNT_RECEIVED, 1);
	stats_count(message->source, ROAD_MP, COUNT_BYTES, message->length);
	notice_received("broadcast", "[broadcast] ", hub_peer_name(message->source),
		ROAD_MP, message->text, message->length);
	if (answered)
		return;
	length = answer_make(
		message->text, message->length, text, sizeof(text), &delay_ms);
	if (length == -EAGAIN) {
		length = message->length;
		memcpy(text, message->text, length);
	} else if (length < 0) {
		return;
	}
	if (hub_role() ==
		ROLE_PRIMARY) /* rte_mp cannot address one secondary, its ring can */
		answer_by_ring(MESSAGE_BROADCAST_REPLY, message->source,
			message->sequence, text, length, delay_ms != 0, delay_ms);
	else
		answer_by_mp(message, text, length, delay_ms);
}

/* Pass on what came over rte_mp for another secondary. */
static void
pass_on(const struct message *message)
{
	struct job *job = malloc(sizeof(*job));

	if (job == NULL)
		return;
	job->message = *message;
	worker_send(job, later_sent);
}

/* May this have come from the process behind pid (0: the primary)? */
static bool
may_come_from_pid(const struct message *message, pid_t pid)
{
	if (hub_role() != ROLE_PRIMARY)
		return hub_role() == ROLE_SECONDARY && pid == 0 &&
			message->source != hub_number();
	/* A last reply may arrive after the word over the ring that its sender leaves. */
	return place_was(message->source, pid) && message->source != message->destination;
}

void
exchange_on_message(
	const struct message *message, uint64_t stamp, pid_t pid, bool answered)
{
	bool primary = hub_role() == ROLE_PRIMARY;

	if (!may_come_from_pid(message, pid) ||
		(message->kind != MESSAGE_BROADCAST &&
			message->kind != MESSAGE_BROADCAST_REPLY)) {
		stats_count(STATS_OTHERS, ROAD_MP, COUNT_INVALID, 1);
		return;
	}
	if (monitoring)
		notice_passing(ROAD_MP, message->kind, message->source,
			message->kind == MESSAGE_BROADCAST
				? "all"
				: hub_peer_name(message->destination),
			message->text, message->length);
	if (message->kind == MESSAGE_BROADCAST) {
		take_broadcast(message, answered);
		if (primary)
			ipc_send(message, NULL, NULL, NULL);
		return;
	}
	stats_count(message->source, ROAD_MP, COUNT_BYTES, message->length);
	if (message->destination == hub_number())
		question_on_reply(message->source, message->sequence, message->text,
			message->length, stamp);
	else if (primary)
		pass_on(message);
}

/* What is said of a request or notification that came to an action. */
static void
notice_action(const struct ipc_received *received)
{
	int number = hub_find_pid(received->pid);

	if (strcmp(received->action, IPC_USER_ACTION) == 0 && number >= 0) {
		stats_count(number, ROAD_MP, COUNT_RECEIVED, 1);
		stats_count(number, ROAD_MP, COUNT_BYTES, received->length);
		notice_received("request", "[request] ", hub_peer_name(number), ROAD_MP,
			received->payload, received->length);
		return;
	}
	stats_count(STATS_OTHERS, ROAD_MP, COUNT_RECEIVED, 1);
	stats_count(STATS_OTHERS, ROAD_MP, COUNT_BYTES, received->length);
	reply_say_received(received);
	inbox_keep(received->payload, received->length);
}

void
exchange_on_received(const struct ipc_received *received)
{
	struct delayed *delayed;

	notice_action(received);
	if (!received->delayed)
		return;
	delayed = later_new(received->delay_ms);
	if (delayed == NULL)
		return;
	memcpy(delayed->path, received->path, sizeof(delayed->path));
	memcpy(delayed->action, received->action, sizeof(delayed->action));
	memcpy(delayed->payload, received->answer, received->answer_length);
	delayed->length = received->answer_length;
}

void
exchange_on_hub(enum hub_event event, const struct peer *peer)
{
	static const struct {
		const char *type, *text;
		bool leaves;
	} says[] = {
		[HUB_ATTACHED] = { "attached", "attached", false },
		[HUB_DETACHED] = { "detached", "detached", true },
		[HUB_DIED] = { "died", "died", true },
		[HUB_STOPPED] = { "stopped", "is stopped", false },
		[HUB_ANSWERS] = { "answers", "answers again", false },
		[HUB_GARBAGE] = { "garbage", "sends garbage: detached", true },
		[HUB_PRIMARY_QUIT] = { "quit", "quit", true },
		[HUB_PRIMARY_DIED] = { "died", "died", true },
		[HUB_MP_THREAD_ENDED] = { "mp_thread_ended", NULL, false },
	};
	const char *the = peer != NULL && peer->number == 0 ? "the " : "";
	json_t *document;

	if (peer == NULL) {
		output_notice(json_pack("{s:{s:s}}", "event", "type", says[event].type),
			"* the rte_mp thread of this process has ended: restart it");
		return;
	}
	document = json_pack("{s:{s:s, s:s, s:i}}", "event", "type", says[event].type,
		"peer", peer->name, "pid", (int)peer->pid);
	if (event == HUB_ATTACHED || event == HUB_DETACHED || event == HUB_DIED)
		output_notice(document, "* %s%s %s (pid %d)", the, peer->name,
			says[event].text, peer->pid);
	else
		output_notice(document, "* %s%s %s", the, peer->name, says[event].text);
	if (says[event].leaves)
		question_on_leaving(peer->number);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_pause.h>
#include <rte_ring.h>

#include "base/loop.h"
#include "base/ticks.h"
#include "message/answer.h"
#include "message/stats.h"
#include "ring/channel.h"
#include "ring/simple_mp.h"
#include "ring/stream.h"
#include "ring/worker.h"
#include "message/name.h"

#define BURST 32
#define JOBS 256
#define EVENTS 1024

/* A message taken makes at most so many events: itself, and three that are monitored. */
#define EVENTS_PER_MESSAGE 4

/* Room for the events of a burst and of a link that goes bad. */
#define EVENTS_ROOM (BURST * EVENTS_PER_MESSAGE + 2)

/* How long the switch keeps a stream waiting for a receiver that takes nothing. */
#define FORWARD_PATIENCE_MS 1000

/* How long to look for more after the last message before going to sleep. */
#define SPIN_NS 40000

/* How long of that to keep the CPU from others: another worker may need it to get on. */
#define KEEP_NS 300

/* How often to look at the simple_mp ring. */
#define SIMPLE_MP_MS 20

struct link {
	bool open;
	struct channel out, in;
	unsigned int filled; /* messages in slots of out that are not handed over yet */
	struct doorbell bell;
};

/* A stream that waits because the ring it is to go to is full. */
struct hold {
	uint64_t since; /* TSC, 0: it does not wait */
	uint32_t other; /* where the receiver stood */
};

/* One worker a process, as there is one lcore for it. */
static struct {
	/* Set by the main thread before the lcore runs. */
	unsigned int lcore;
	unsigned int number;
	bool is_primary;
	bool polls;
	bool running;
	struct doorbell bell;
	void (*on_event)(const struct worker_event *event);
	bool (*may_take)(void);

	/* Inside this process, one producer and one consumer each. */
	struct rte_ring *jobs;       /* main -> worker */
	struct rte_ring *done;       /* worker -> main, never full: as deep as jobs */
	struct rte_ring *events;     /* worker -> main */
	unsigned int jobs_under_way; /* main's */
	uint32_t stop;               /* atomic */
	uint32_t monitor;            /* atomic */
	uint32_t watch_simple_mp;    /* atomic */
	uint32_t stalled;            /* atomic: events is full, wake me when it is not */

	/* The worker's alone. */
	struct link links[PEERS_MAX + 1];
	unsigned int n_links;    /* one past the highest open */
	struct link *filling;    /* the link with messages to be handed over, or NULL */
	uint64_t simple_mp_next; /* TSC: when to look at the simple_mp ring again */
	struct job *stream;      /* under way */
	struct stream_count *counts[PEERS_MAX + 1]; /* of streams that come, by source */
	struct hold holds[PEERS_MAX + 1];           /* of streams of this source */
	unsigned int first_link; /* that is looked at: each gets its turn */
} worker;

/* A ring of pointers in this process's own memory. */
static struct rte_ring *
private_ring(unsigned int depth)
{
	ssize_t size = rte_ring_get_memsize(depth);
	void *memory;

	if (size < 0 || posix_memalign(&memory, RTE_CACHE_LINE_SIZE, size) != 0)
		return NULL;
	if (rte_ring_init(memory, "private", depth, RING_F_SP_ENQ | RING_F_SC_DEQ) != 0) {
		free(memory);
		return NULL;
	}
	return memory;
}

/* The link over which destination is reached. */
static struct link *
link_to(unsigned int destination)
{
	struct link *link = &worker.links[worker.is_primary ? destination : 0];

	return link->open ? link : NULL;
}

static void
close_link(unsigned int peer)
{
	worker.links[peer].open = false;
	if (worker.filling == &worker.links[peer])
		worker.filling = NULL;
	while (worker.n_links > 0 && !worker.links[worker.n_links - 1].open)
		worker.n_links--;
}

/* Tell main; the caller made sure that there is room. */
static void
push_event(struct worker_event *event)
{
	if (rte_ring_sp_enqueue(worker.events, event) != 0)
		free(event); /* cannot be: room was checked */
	loop_wake();
}

static struct worker_event *
new_event(unsigned int neighbour, const struct message *message, uint64_t stamp)
{
	unsigned int length = message != NULL ? message->length : 0;
	struct worker_event *event = calloc(1, sizeof(*event) + length);

	if (event == NULL)
		return NULL;
	event->neighbour = neighbour;
	event->garbage = message == NULL;
	event->stamp = stamp;
	if (message != NULL) {
		event->kind = message->kind;
		event->source = message->source;
		event->destination = message->destination;
		event->sequence = message->sequence;
		event->length = length;
		memcpy(event->text, message->text, length);
	}
	return event;
}

/* What came over this link is not to be believed: look at it no more and say so. */
static void
refuse_link(unsigned int neighbour)
{
	struct worker_event *event;

	close_link(neighbour);
	stats_count(neighbour, ROAD_RING, COUNT_INVALID, 1);
	event = new_event(neighbour, NULL, 0);
	if (event != NULL)
		push_event(event);
}

/* A message passes: to be shown if that is wanted. */
static void
push_passing(const struct message *message)
{
	struct worker_event *event;

	if (__builtin_expect(
		    __atomic_load_n(&worker.monitor, __ATOMIC_RELAXED) == 0, 1) ||
		message->kind == MESSAGE_HUB)
		return;
	event = new_event(0, message, rte_rdtsc());
	if (event == NULL)
		return;
	event->monitor = true;
	push_event(event);
}

/* Hand over what was put. */
static void
hand_over(void)
{
	struct link *link = worker.filling;

	if (link == NULL)
		return;
	worker.filling = NULL;
	channel_publish(&link->out, link->filled);
	doorbell_ring(&link->bell);
}

/* How many messages a link's ring has room for: at least want, if it has that. */
static int
link_room(struct link *link, unsigned int want)
{
	unsigned int filled = worker.filling == link ? link->filled : 0;
	int room = channel_room(&link->out, filled + want);

	return room < 0 ? room : room - (int)filled;
}

/*
 * Put a message into its link's ring; hand_over() follows, after more for the same link
 * if there are. Returns 0, -ENOTCONN, -ENOBUFS, or -EBADMSG (then the link is closed).
 */
static int
put_message(const struct message *message)
{
	struct link *link = link_to(message->destination);
	int room;

	if (link == NULL)
		return -ENOTCONN;
	room = link_room(link, 1);
	if (room < 0) {
		refuse_link(link - worker.links);
		return -EBADMSG;
	}
	if (room == 0)
		return -ENOBUFS;
	if (worker.filling != link) {
		hand_over();
		worker.filling = link;
		link->filled = 0;
	}
	channel_fill(&link->out, link->filled++, message);
	push_passing(message);
	return 0;
}

/* The same, handed over at once. */
static int
send_message(const struct message *message)
{
	int ret = put_message(message);

	hand_over();
	return ret;
}

/* Does the sender of this kind wait for an answer? */
static bool
is_asking(unsigned int kind)
{
	return kind == MESSAGE_TEXT || kind == MESSAGE_PING ||
		kind == MESSAGE_BENCH_START || kind == MESSAGE_BENCH_END;
}

/* The switch: pass on what is for another secondary, or say that it cannot be. */
static void
forward(const struct message *message)
{
	int ret = put_message(message);

	if (ret == 0)
		return;
	stats_count(message->source, ROAD_RING, COUNT_REFUSED, 1);
	if (is_asking(message->kind)) {
		const struct link *link = link_to(message->destination);
		struct message refused;
		char why[32] = "gone";

		if (ret == -ENOBUFS && link != NULL)
			snprintf(why, sizeof(why), "full %u",
				channel_count(link->out.ring));
		message_build(&refused, MESSAGE_REFUSED, message->destination,
			message->source, message->sequence, why, strlen(why));
		send_message(&refused);
	}
}

/* Answer a text as set answer says; what cannot be sent is counted as refused here. */
static void
answer_text(const struct message *message, struct worker_event *event)
{
	struct message reply;
	int length = answer_make(message->text, message->length, reply.text,
		MESSAGE_TEXT_MAX, &event->delay_ms);

	if (length == -EAGAIN) {
		event->delayed = true;
		return;
	}
	if (length < 0)
		return;
	message_build(&reply, MESSAGE_REPLY, worker.number, message->source,
		message->sequence, NULL, 0);
	reply.length = length;
	if (send_message(&reply) == 0)
		stats_count(message->source, ROAD_RING, COUNT_BYTES, length);
	else
		stats_count(message->source, ROAD_RING, COUNT_REFUSED, 1);
}

/* Answer what consoles ask each other without their users: never shown. */
static void
answer_console(const struct message *message)
{
	struct stream_count **count = &worker.counts[message->source];
	struct stream_report report = { 0 };
	struct message answer;

	stats_count(message->source, ROAD_RING, COUNT_RECEIVED, 1);
	message_build(&answer, MESSAGE_PONG, worker.number, message->source,
		message->sequence, message->text, message->length);
	if (message->kind == MESSAGE_BENCH_START) {
		if (*count == NULL)
			*count = malloc(sizeof(**count));
		if (*count == NULL)
			return;
		stream_count_begin(*count);
	} else if (message->kind == MESSAGE_BENCH_END) {
		if (*count != NULL)
			stream_report(*count, &report);
		stats_count(message->source, ROAD_RING, COUNT_BYTES, report.bytes);
		message_build(&answer, MESSAGE_BENCH_REPORT, worker.number,
			message->source, message->sequence, &report, sizeof(report));
	}
	if (send_message(&answer) != 0)
		stats_count(message->source, ROAD_RING, COUNT_REFUSED, 1);
}

/* One message that is for this process. */
static void
receive(unsigned int neighbour, const struct message *message, uint64_t stamp)
{
	struct worker_event *event;

	push_passing(message);
	if (message->kind == MESSAGE_PING || message->kind == MESSAGE_BENCH_START ||
		message->kind == MESSAGE_BENCH_END) {
		answer_console(message);
		return;
	}
	if (message->kind == MESSAGE_BENCH) {
		if (worker.counts[message->source] != NULL)
			stream_take_one(worker.counts[message->source], message);
		else /* nobody began to count it */
			stats_count(message->source, ROAD_RING, COUNT_INVALID, 1);
		return;
	}
	event = new_event(neighbour, message, stamp);
	if (event == NULL) {
		stats_count(message->source, ROAD_RING, COUNT_REFUSED, 1);
		return;
	}
	if (message->kind == MESSAGE_TEXT) {
		stats_count(message->source, ROAD_RING, COUNT_RECEIVED, 1);
		answer_text(message, event);
	}
	if (message->kind != MESSAGE_HUB && message->kind != MESSAGE_DETACH)
		stats_count(message->source, ROAD_RING, COUNT_BYTES, message->length);
	push_event(event);
}

/* May a message with this source and destination come from neighbour? */
static bool
may_come_from_link(unsigned int neighbour, const struct message *message)
{
	if (message_check(message) < 0)
		return false;
	if (message->kind == MESSAGE_HUB)
		return !worker.is_primary;
	if (worker.is_primary)
		return message->source == neighbour &&
			message->destination != neighbour &&
			(message->kind != MESSAGE_DETACH || message->destination == 0);
	return message->destination == worker.number && message->source != worker.number;
}

/*
 * Is this message of a stream to wait where it is, because the ring it is to go to is
 * full? Its sender then finds its own ring full and slows down. A receiver that takes
 * nothing at all must not hold up the rest of what that sender sends. A stream never
 * takes the last slots, so that replies get through beside it.
 */
static bool
must_wait(unsigned int neighbour, const struct message *message)
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

/* The source of what comes over a link, if it is a stream to us that is counted. */
static struct stream_count *
count_of(const struct link *link, unsigned int neighbour, unsigned int *source)
{
	const struct message *first = (const struct message *)channel_slot(&link->in, 0);

	/* In shared memory: only a hint, stream_take() checks the copy. */
	*source = worker.is_primary ? neighbour : first->source;
	if (first->kind != MESSAGE_BENCH || *source > PEERS_MAX ||
		__atomic_load_n(&worker.monitor, __ATOMIC_RELAXED) != 0)
		return NULL;
	return worker.counts[*source];
}

/* Take what one link has, up to a burst. Returns how many. */
static unsigned int
poll_link(unsigned int neighbour)
{
	struct link *link = &worker.links[neighbour];
	struct stream_count *count;
	struct message message;
	unsigned int i, n, source;
	uint64_t stamp;
	int ready = channel_ready(&link->in);

	if (ready == 0)
		return 0;
	if (ready < 0) {
		refuse_link(neighbour);
		return 1;
	}
	count = count_of(link, neighbour, &source);
	if (count != NULL) {
		n = stream_take(count, &link->in, RTE_MIN(ready, STREAM_BURST_MAX),
			source, worker.number);
		channel_release(&link->in, n);
		if (n != 0)
			return n;
	}
	stamp = rte_rdtsc();
	n = RTE_MIN(ready, BURST);
	if (rte_ring_free_count(worker.events) < EVENTS_ROOM) {
		__atomic_store_n(&worker.stalled, 1, __ATOMIC_SEQ_CST);
		return 0;
	}
	for (i = 0; i < n; i++) {
		channel_take(&link->in, i, &message);
		if (!may_come_from_link(neighbour, &message)) {
			refuse_link(neighbour);
			return i + 1;
		}
		if (message.destination == worker.number)
			receive(neighbour, &message, stamp);
		else if (must_wait(neighbour, &message))
			break;
		else
			forward(&message);
		if (!link->open)
			return i + 1;
	}
	channel_release(&link->in, i);
	return i;
}

/* Take what all links have, a burst each. Returns how many. */
static unsigned int
poll_links(void)
{
	unsigned int i, did = 0;

	for (i = 0; i < worker.n_links; i++) {
		unsigned int at = worker.first_link + i;

		if (at >= worker.n_links)
			at -= worker.n_links;
		if (!worker.links[at].open)
			continue;
		did += poll_link(at);
		hand_over();
	}
	if (++worker.first_link >= worker.n_links)
		worker.first_link = 0;
	return did;
}

static int
open_link(const struct job *job)
{
	const struct worker_link *from = &job->link;
	struct link *link = &worker.links[job->peer];

	if (from->reset) {
		channel_reset(from->out, from->out_name, from->out_zone);
		channel_reset(from->in, from->in_name, from->in_zone);
	}
	if (channel_open(&link->out, from->out, true) < 0 ||
		channel_open(&link->in, from->in, false) < 0)
		return -EBADMSG;
	link->bell = from->bell;
	link->open = true;
	if (worker.n_links <= job->peer)
		worker.n_links = job->peer + 1;
	return 0;
}

static void
end_job(struct job *job)
{
	/* To wake the main thread may hand it this CPU in the middle of a round trip;
	 * what was sent well it need not know before the reply comes.
	 */
	bool wake = job->type != JOB_SEND || job->result < 0 ||
		rte_ring_count(worker.done) > JOBS / 2;

	rte_ring_sp_enqueue(worker.done, job);
	if (wake)
		loop_wake();
}

/* Go on with the stream under way. Returns how many messages were sent. */
static unsigned int
poll_stream(void)
{
	struct job *job = worker.stream;
	struct stream *stream;
	struct link *link;
	int n = 0;

	if (job == NULL)
		return 0;
	stream = job->ctx;
	link = link_to(stream->peer);
	if (link != NULL && !stream_is_over(stream)) {
		/* The switch leaves as much again for the streams it hands on. */
		n = stream_send(stream, &link->out,
			worker.is_primary ? 2 * STREAM_RESERVE : STREAM_RESERVE);
		if (n > 0)
			doorbell_ring(&link->bell);
		if (n >= 0)
			return n;
		refuse_link(link - worker.links);
	}
	stream->ended = rte_rdtsc();
	job->result = link == NULL ? -ENOTCONN : n;
	worker.stream = NULL;
	end_job(job);
	return 1;
}

static void
run_job(struct job *job)
{
	switch (job->type) {
	case JOB_SEND:
		job->stamp = rte_rdtsc();
		job->message.stamp = job->stamp;
		job->result = send_message(&job->message);
		break;
	case JOB_OPEN:
		job->result = open_link(job);
		break;
	case JOB_CLOSE:
		close_link(job->peer);
		job->result = 0;
		break;
	case JOB_STREAM:
		if (worker.stream == NULL &&
			link_to(((struct stream *)job->ctx)->peer) != NULL) {
			stream_begin(job->ctx);
			worker.stream = job;
			return; /* done when it is over */
		}
		job->result = worker.stream != NULL ? -EBUSY : -ENOTCONN;
		break;
	case JOB_SIMPLE_MP:
		job->result = simple_mp_send((const char *)job->message.text,
			job->message.length, &job->waiting);
		break;
	}
	end_job(job);
}

static unsigned int
poll_jobs(void)
{
	unsigned int n = 0;
	void *job;

	/* A job may find a link gone bad, which is an event. */
	while (rte_ring_free_count(worker.events) > EVENTS_PER_MESSAGE && n < BURST &&
		rte_ring_sc_dequeue(worker.jobs, &job) == 0) {
		run_job(job);
		n++;
	}
	return n;
}

/* What came over the simple_mp ring, when it is time to look. Returns how many. */
static unsigned int
poll_simple_mp(void)
{
	unsigned int n = 0;
	int length = 0;

	if (__atomic_load_n(&worker.watch_simple_mp, __ATOMIC_RELAXED) == 0 ||
		rte_rdtsc() < worker.simple_mp_next)
		return 0;
	while (n < BURST && rte_ring_free_count(worker.events) > 2) {
		struct worker_event *event =
			calloc(1, sizeof(*event) + SIMPLE_MP_TEXT_MAX);

		if (event == NULL)
			break;
		length = simple_mp_receive((char *)event->text);
		if (length < 0) {
			free(event);
			break;
		}
		event->simple_mp = true;
		event->kind = MESSAGE_TEXT;
		event->length = length;
		push_event(event);
		n++;
	}
	/* Who has sent one may send more: look at once while they come. */
	if (n == 0)
		worker.simple_mp_next = rte_rdtsc() + ticks_hz() / 1000 * SIMPLE_MP_MS;
	if (length == -EBADMSG)
		stats_count(STATS_SIMPLE_MP, ROAD_RING, COUNT_INVALID, 1);
	return n;
}

/* Is there something to do that can be done? */
static bool
has_work(void)
{
	unsigned int i;

	if (__atomic_load_n(&worker.stop, __ATOMIC_ACQUIRE) != 0)
		return true;
	if (rte_ring_free_count(worker.events) < EVENTS_ROOM)
		return false;
	if (!rte_ring_empty(worker.jobs) || worker.stream != NULL)
		return true;
	for (i = 0; i < worker.n_links; i++)
		if (worker.links[i].open && channel_ready(&worker.links[i].in) != 0)
			return true;
	return false;
}

static int
worker_main(void *arg)
{
	const uint64_t spin = ticks_hz() / 1000000 * (SPIN_NS / 1000);
	const uint64_t keep = ticks_hz() / 1000000 * KEEP_NS / 1000;
	uint64_t last = rte_rdtsc(), idle;

	(void)arg;
	while (__atomic_load_n(&worker.stop, __ATOMIC_ACQUIRE) == 0) {
		unsigned int did =
			poll_jobs() + poll_stream() + poll_simple_mp() + poll_links();

		if (did != 0) {
			last = rte_rdtsc();
			continue;
		}
		idle = rte_rdtsc() - last;
		if (worker.polls || idle < keep) {
			rte_pause();
			continue;
		}
		/* A stream that finds the ring full does not sleep either. */
		if (idle < spin || worker.stream != NULL) {
			sched_yield();
			continue;
		}
		doorbell_prepare(&worker.bell);
		if (has_work())
			doorbell_awake(&worker.bell);
		else
			doorbell_sleep(&worker.bell,
				__atomic_load_n(
					&worker.watch_simple_mp, __ATOMIC_RELAXED) != 0
					? SIMPLE_MP_MS
					: -1);
		last = rte_rdtsc();
	}
	if (worker.stream != NULL) {
		worker.stream->result = -ECANCELED;
		end_job(worker.stream);
		worker.stream = NULL;
	}
	/* What was submitted before worker_stop() is done, as the last word to a peer. */
	while (poll_jobs() != 0)
		;
	simple_mp_stop();
	return 0;
}

int
worker_start(unsigned int number, bool is_primary, const struct doorbell *bell,
	bool polls, void (*on_event)(const struct worker_event *event),
	bool (*may_take)(void))
{
	worker.lcore = rte_get_next_lcore(-1, 1, 0);
	if (worker.lcore >= RTE_MAX_LCORE)
		return -ENODEV;
	worker.number = number;
	worker.is_primary = is_primary;
	worker.polls = polls;
	worker.bell = *bell;
	worker.on_event = on_event;
	worker.may_take = may_take;
	worker.jobs = private_ring(JOBS);
	worker.done = private_ring(JOBS);
	worker.events = private_ring(EVENTS);
	if (worker.jobs == NULL || worker.done == NULL || worker.events == NULL)
		return -ENOMEM;
	worker.stop = 0;
	worker.running = rte_eal_remote_launch(worker_main, NULL, worker.lcore) == 0;
	return worker.running ? 0 : -EBUSY;
}

void
worker_stop(void)
{
	void *job;

	if (!worker.running)
		return;
	__atomic_store_n(&worker.stop, 1, __ATOMIC_RELEASE);
	/* rte_eal_wait_lcore() spins, so the worker must not be asleep for long. */
	doorbell_wake(&worker.bell);
	rte_eal_wait_lcore(worker.lcore);
	worker.running = false;
	while (rte_ring_sc_dequeue(worker.jobs, &job) == 0) {
		((struct job *)job)->result = -ECANCELED;
		rte_ring_sp_enqueue(worker.done, job);
	}
	worker_drain();
}

int
worker_submit(struct job *job)
{
	if (!worker.running)
		return -ESHUTDOWN;
	if (worker.jobs_under_way >= JOBS - 1)
		return -EAGAIN;
	rte_ring_sp_enqueue(worker.jobs, job);
	worker.jobs_under_way++;
	doorbell_ring(&worker.bell);
	return 0;
}

int
worker_send(struct job *job, void (*done)(struct job *job))
{
	int ret;

	job->type = JOB_SEND;
	job->done = done;
	ret = worker_submit(job);
	if (ret < 0)
		free(job);
	return ret;
}

void
worker_set_monitor(bool on)
{
	__atomic_store_n(&worker.monitor, on, __ATOMIC_RELAXED);
}

void
worker_watch_simple_mp(bool watch)
{
	if (watch == (__atomic_load_n(&worker.watch_simple_mp, __ATOMIC_RELAXED) != 0))
		return;
	__atomic_store_n(&worker.watch_simple_mp, watch, __ATOMIC_RELAXED);
	if (worker.running)
		doorbell_wake(&worker.bell);
}

void
worker_drain(void)
{
	void *p;

	if (worker.done == NULL)
		return;
	/* Jobs first: a reply's event must find its question's job done. */
	for (;;) {
		while (rte_ring_sc_dequeue(worker.done, &p) == 0) {
			struct job *job = p;

			worker.jobs_under_way--;
			job->done(job);
		}
		if (!worker.may_take() || rte_ring_sc_dequeue(worker.events, &p) != 0)
			break;
		worker.on_event(p);
		free(p);
	}
	if (__atomic_load_n(&worker.stalled, __ATOMIC_SEQ_CST) != 0 &&
		rte_ring_free_count(worker.events) >= EVENTS / 2) {
		__atomic_store_n(&worker.stalled, 0, __ATOMIC_SEQ_CST);
		doorbell_wake(&worker.bell);
	}
}

bool
worker_has_events(void)
{
	return worker.events != NULL &&
		(!rte_ring_empty(worker.events) || worker.jobs_under_way != 0);
}

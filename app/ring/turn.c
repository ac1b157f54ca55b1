/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The loop of the worker lcore: each turn looks at the jobs, the stream, simple_mp's
 * ring and the links; the worker sleeps when there is nothing to do.
 */

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_pause.h>
#include <rte_ring.h>

#include "base/memory.h"
#include "base/ticks.h"
#include "message/message.h"
#include "message/stats.h"
#include "ring/channel.h"
#include "ring/doorbell.h"
#include "ring/events.h"
#include "ring/job.h"
#include "ring/lcore.h"
#include "ring/link.h"
#include "ring/simple_mp.h"
#include "ring/state.h"
#include "ring/stream.h"
#include "ring/switch.h"
#include "ring/turn.h"

/* How long the worker goes on looking after the last message before it sleeps. */
#define SPIN_NS 40000

/*
 * For the first KEEP_NS the worker spins without yielding; then it yields, because the
 * peer's worker may wait for the same CPU. Where the last yield has taken GIVEN_NS, which
 * means that another thread has run meanwhile, it yields at once.
 */
#define KEEP_NS 300
#define GIVEN_NS 1500

/* How often the worker looks at the simple_mp ring, which has no doorbell. */
#define SIMPLE_MP_MS 20

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
	link->generation = from->generation;
	link->streams_to = 0;
	link->open = true;
	link->waits = false;
	if (worker.n_links <= job->peer)
		worker.n_links = job->peer + 1;
	return 0;
}

static void
run_job(struct job *job)
{
	switch (job->type) {
	case JOB_SEND:
		job->stamp = rte_rdtsc();
		job->message.stamp = job->stamp;
		job->result = link_send(&job->message);
		break;
	case JOB_HAND_ON:
		switch_hand_on(&job->message);
		job->result = 0;
		break;
	case JOB_OPEN:
		job->result = open_link(job);
		break;
	case JOB_CLOSE:
		link_close(job->peer);
		job->result = 0;
		break;
	case JOB_STREAM:
		job->result = lcore_begin_stream(job);
		if (job->result == 0)
			return; /* lcore_poll_stream() ends the job */
		break;
	case JOB_SIMPLE_MP:
		job->result = simple_mp_send((const char *)job->message.text,
			job->message.length, &job->waiting);
		break;
	}
	lcore_end_job(job);
}

static unsigned int
poll_jobs(void)
{
	unsigned int n = 0;
	void *job;

	/* A job makes an event when it finds garbage in a ring. */
	while (rte_ring_free_count(worker.events) > EVENTS_PER_MESSAGE && n < BURST &&
		rte_ring_sc_dequeue(worker.jobs, &job) == 0) {
		run_job(job);
		n++;
	}
	return n;
}

/* Take texts from the simple_mp ring when it is time to look. Returns how many. */
static unsigned int
poll_simple_mp(void)
{
	unsigned int n = 0;
	int length = 0;

	if (__atomic_load_n(&worker.watch_simple_mp, __ATOMIC_RELAXED) == 0 ||
		rte_rdtsc() < worker.simple_mp_next)
		return 0;
	while (n < BURST && events_have_room()) {
		struct worker_event *event =
			memory_zeroed(sizeof(*event) + SIMPLE_MP_TEXT_MAX);

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
		events_push(event);
		n++;
	}
	/* As long as texts come, the worker looks again in the next turn. */
	if (n == 0)
		worker.simple_mp_next = rte_rdtsc() + ticks_hz() / 1000 * SIMPLE_MP_MS;
	if (length == -EBADMSG)
		stats_count(STATS_SIMPLE_MP, TRANSPORT_RING, COUNT_INVALID, 1);
	return n;
}

/* Is there work for the worker? */
static bool
has_work(void)
{
	unsigned int i;

	if (__atomic_load_n(&worker.stop, __ATOMIC_ACQUIRE) != 0 || worker.stream != NULL)
		return true;
	if (!rte_ring_empty(worker.jobs) &&
		(rte_ring_free_count(worker.events) > EVENTS_PER_MESSAGE ||
			events_have_room()))
		return true;
	for (i = 0; i < worker.n_links; i++)
		if (worker.links[i].open &&
			(!worker.links[i].waits || events_have_room()) &&
			channel_ready(&worker.links[i].in) != 0)
			return true;
	return false;
}

int
worker_main(void *arg)
{
	const uint64_t spin = ticks_hz() / 1000000 * (SPIN_NS / 1000);
	const uint64_t keep = ticks_hz() / 1000000 * KEEP_NS / 1000;
	const uint64_t given = ticks_hz() / 1000000 * GIVEN_NS / 1000;
	uint64_t last = rte_rdtsc(), idle, now;
	bool shared = false; /* did another thread run on this CPU at the last yield? */

	(void)arg;
	while (__atomic_load_n(&worker.stop, __ATOMIC_ACQUIRE) == 0) {
		unsigned int did = poll_jobs() + lcore_poll_stream() + poll_simple_mp() +
			lcore_poll_links();

		now = rte_rdtsc();
		if (worker.tells || (worker.untold != 0 && now - worker.untold >= spin))
			events_tell();
		if (worker.refuses) {
			worker.refuses = false;
			sched_yield();
		}
		if (did != 0) {
			last = now;
			continue;
		}
		idle = now - last;
		if (worker.polls || (idle < keep && !shared)) {
			rte_pause();
			continue;
		}
		/* A stream keeps the worker awake, even when the ring is full. */
		if (idle < spin || worker.stream != NULL) {
			sched_yield();
			shared = rte_rdtsc() - now >= given;
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
		lcore_end_job(worker.stream);
		worker.stream = NULL;
	}
	/* Jobs that were submitted before worker_stop() are still done: one of them may
	 * be this process's MESSAGE_DETACH. */
	while (poll_jobs() != 0)
		;
	if (worker.tells)
		events_tell();
	simple_mp_stop();
	return 0;
}

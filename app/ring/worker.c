/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The main thread's side of the worker: start, stop, jobs and events. */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/types.h>

#include <rte_common.h>
#include <rte_config.h>
#include <rte_eal.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_ring.h>

#include "ring/doorbell.h"
#include "ring/job.h"
#include "ring/state.h"
#include "ring/turn.h"
#include "ring/worker.h"

/* Slots of the ring of events. */
#define EVENTS 1024

struct worker_state worker;

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
	/* rte_eal_wait_lcore() spins, so the worker must not sleep (fact 19). */
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
	if (!worker.running || worker.jobs_under_way >= JOBS - 1) {
		free(job);
		return worker.running ? -EAGAIN : -ESHUTDOWN;
	}
	rte_ring_sp_enqueue(worker.jobs, job);
	worker.jobs_under_way++;
	doorbell_ring(&worker.bell);
	return 0;
}

int
worker_send(struct job *job, void (*done)(struct job *job))
{
	job->type = JOB_SEND;
	job->done = done;
	return worker_submit(job);
}

void
worker_wake(void)
{
	if (worker.running)
		doorbell_wake(&worker.bell);
}

void
worker_set_monitor(bool on)
{
	__atomic_store_n(&worker.monitor, on, __ATOMIC_RELAXED);
}

void
worker_expect_replies(unsigned int n)
{
	__atomic_store_n(&worker.replies, n, __ATOMIC_RELAXED);
}

void
worker_watch_simple_mp(bool watch)
{
	if (watch == (__atomic_load_n(&worker.watch_simple_mp, __ATOMIC_RELAXED) != 0))
		return;
	__atomic_store_n(&worker.watch_simple_mp, watch, __ATOMIC_RELAXED);
	worker_wake();
}

/* Say how many messages the monitor was not shown, for want of room for events. */
static void
report_unseen(void)
{
	struct worker_event event = { .monitor = true };

	if (__atomic_load_n(&worker.unseen, __ATOMIC_RELAXED) == 0 || !worker.may_take())
		return;
	event.unseen = __atomic_exchange_n(&worker.unseen, 0, __ATOMIC_RELAXED);
	worker.on_event(&event);
}

static void
finish_jobs(void)
{
	void *p;

	while (rte_ring_sc_dequeue(worker.done, &p) == 0) {
		struct job *job = p;

		worker.jobs_under_way--;
		job->done(job);
	}
}

void
worker_drain(void)
{
	unsigned int i = 0, n;
	void *p;

	if (worker.done == NULL)
		return;
	/*
	 * A question's job must be done before its reply's event. The worker ends the job
	 * first; so the events are counted, then come the jobs, then as many events.
	 */
	do {
		n = rte_ring_count(worker.events);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		finish_jobs();
		for (i = 0; i < n && worker.may_take(); i++) {
			if (rte_ring_sc_dequeue(worker.events, &p) != 0)
				break;
			worker.on_event(p);
			free(p);
		}
	} while (n != 0 && i == n);
	report_unseen();
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

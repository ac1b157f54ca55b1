/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The worker lcore: the only thread that touches the rings. It takes jobs from the main
 * thread, sends, receives, answers, and in the primary passes on what is for another
 * secondary. What the main thread is to see it queues as events; when that queue is full
 * it stops taking from the rings, so that the sender sees a full ring and nothing is
 * lost.
 */

#ifndef MPSH_RING_WORKER_H
#define MPSH_RING_WORKER_H

#include <stdbool.h>

struct doorbell;
struct job;
struct worker_event;

/*
 * Start the worker on the first worker lcore. number is this process's own, is_primary
 * makes it the switch; bell is its own doorbell (the descriptor stays the caller's),
 * polls: never sleep. on_event is called in the main thread for each event, which the
 * worker frees afterwards. may_take is asked before each: false leaves events queued
 * until worker_drain() is called again. Returns 0 or a negative errno. Main thread.
 */
int worker_start(unsigned int number, bool is_primary, const struct doorbell *bell,
	bool polls, void (*on_event)(const struct worker_event *event),
	bool (*may_take)(void));

/* End the worker and wait for it; jobs not done by then are done with -ECANCELED. Main
 * thread. */
void worker_stop(void);

/*
 * Hand over a job of the heap; it belongs to the worker until done is called. Returns 0;
 * -EAGAIN when too many are under way, -ESHUTDOWN when there is no worker: then the job
 * was freed, and done is not called. Main thread.
 */
int worker_submit(struct job *job);

/* The same with a JOB_SEND. */
int worker_send(struct job *job, void (*done)(struct job *job));

/* Make an event of each message that passes, or do not. Main thread. */
void worker_set_monitor(bool on);

/*
 * Look at the simple_mp ring, which has no doorbell, every 20 ms: while someone may be on
 * it. Main thread.
 */
void worker_watch_simple_mp(bool watch);

/* Call on_event and done for what has come. From the loop's drain. Main thread. */
void worker_drain(void);

/* Is an event waiting that may_take refused, or job not done? Main thread. */
bool worker_has_events(void);

#endif

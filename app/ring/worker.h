/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The main thread's interface to the worker lcore, the only thread that touches the
 * rings. The worker takes jobs from the main thread, sends, receives and answers
 * messages, and in the primary forwards those for another secondary. It queues events
 * for the main thread. While this queue is full, the worker takes nothing out of the
 * rings: senders then find their ring full, and no message is lost.
 */

#ifndef MPSH_RING_WORKER_H
#define MPSH_RING_WORKER_H

#include <stdbool.h>

struct doorbell;
struct job;
struct worker_event;

/*
 * Start the worker on EAL's first worker lcore. number is this process's own; in a
 * primary the worker forwards between secondaries; bell is the worker's doorbell
 * (bell->fd stays the caller's); with polls the worker never sleeps. worker_drain()
 * calls on_event for each event, and frees the event afterwards; before each it calls
 * may_take, and if that returns false it leaves the events queued. Returns 0 or a
 * negative errno. Main thread.
 */
int worker_start(unsigned int number, bool is_primary, const struct doorbell *bell,
	bool polls, void (*on_event)(const struct worker_event *event),
	bool (*may_take)(void));

/*
 * Stop the worker and wait for its end, then call done for all jobs; those that the
 * worker has not carried out get the result -ECANCELED. Main thread.
 */
void worker_stop(void);

/*
 * Give a job from malloc() to the worker, whose it is until done is called. Returns 0;
 * -EAGAIN when too many jobs are under way; -ESHUTDOWN when no worker runs. After an
 * error the job is freed, and done is not called. Main thread.
 */
int worker_submit(struct job *job);

/* Set the type JOB_SEND and done, then call worker_submit(). Main thread. */
int worker_send(struct job *job, void (*done)(struct job *job));

/* Have a worker that sleeps look at its rings. Main thread. */
void worker_wake(void);

/* Make an event, with monitor set, of each message that comes or goes. Main thread. */
void worker_set_monitor(bool on);

/*
 * Say how many replies the next broadcast asks for: of one the main thread hears at once,
 * of several up to 40 us later. Main thread.
 */
void worker_expect_replies(unsigned int n);

/*
 * Say whether the worker looks at the simple_mp ring, every 20 ms, since the ring has
 * no doorbell. Only needed while another process may use the ring. Main thread.
 */
void worker_watch_simple_mp(bool watch);

/*
 * Call done for finished jobs and on_event for events; the loop's drain. Main thread.
 */
void worker_drain(void);

/* Does an event wait for worker_drain(), or is a job under way? Main thread. */
bool worker_has_events(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What the worker tells the main thread: events, over a ring in this process's memory.
 * All functions are the worker's alone.
 */

#ifndef MPSH_RING_EVENTS_H
#define MPSH_RING_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

struct message;
struct worker_event;

/* The most messages that are taken of a link at once. */
#define BURST 32

/*
 * A received message makes at most so many events: its own, and those for the monitor.
 */
#define EVENTS_PER_MESSAGE 4

/*
 * Slots of worker.events below which no message is taken that makes an event. They are
 * for the jobs, for links that are closed because of garbage, and for a burst.
 */
#define EVENTS_ROOM (BURST * EVENTS_PER_MESSAGE + 2)

/*
 * An event of a message that came over the link of neighbour; of its garbage, if message
 * is NULL. stamp: TSC when it came. The caller pushes or frees it. NULL: there is no
 * memory.
 */
struct worker_event *events_make(
	unsigned int neighbour, const struct message *message, uint64_t stamp);

/*
 * May a message that makes an event be taken? If not, worker_drain() is asked to wake the
 * worker as soon as it may.
 */
bool events_have_room(void);

/* Wake the main thread, and with it what events_push() has not woken it for. */
void events_tell(void);

/*
 * Give an event from malloc() to the main thread. It hears of it at the end of the
 * worker's turn, when the replies to what came with it are out; of some, once
 * worker.untold is some time ago. The caller has checked that worker.events has room; if
 * it has none, the event is freed and lost.
 */
void events_push(struct worker_event *event);

/*
 * Give the main thread a copy of the message to show, if "set monitor" is on. Messages go
 * on when the main thread cannot print: those that are not shown are counted.
 */
void events_monitor(const struct message *message);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The worker lcore, the fast path: what comes out of the rings and goes into them, in
 * turns.
 */

#ifndef MPSH_RING_LCORE_H
#define MPSH_RING_LCORE_H

struct job;
struct link;
struct message;
struct worker_event;

#define BURST 32

/* A message taken makes at most so many events: itself, and three that are monitored. */
#define EVENTS_PER_MESSAGE 4

/* Room for the events of a burst and of a link that goes bad. */
#define EVENTS_ROOM (BURST * EVENTS_PER_MESSAGE + 2)

/* The link over which destination is reached. */
struct link *lcore_link_to(unsigned int destination);

/* Look at the link to this peer no more. */
void lcore_close_link(unsigned int peer);

/* Tell main; the caller made sure that there is room. */
void lcore_push_event(struct worker_event *event);

/*
 * Put a message into the ring that leads to its destination, and hand it over at once.
 * Returns 0, -ENOTCONN, -ENOBUFS, or -EBADMSG (then the link is closed).
 */
int lcore_send(const struct message *message);

/* Take what all links have, a burst each. Returns how many. */
unsigned int lcore_poll_links(void);

/* The main thread is told that a job is done. */
void lcore_end_job(struct job *job);

/* Go on with the stream under way. Returns how many messages were sent. */
unsigned int lcore_poll_stream(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The fast path of the worker lcore: sending, forwarding and receiving messages, link
 * by link. All functions are the worker's alone.
 */

#ifndef MPSH_RING_LCORE_H
#define MPSH_RING_LCORE_H

#include <stdbool.h>

struct job;
struct link;
struct message;
struct worker_event;

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

/* The link over which destination is reached, NULL if this link is not open. */
struct link *lcore_link_to(unsigned int destination);

/* Close the link to this peer: its rings are not touched any more. */
void lcore_close_link(unsigned int peer);

/*
 * May a message that makes an event be taken? If not, worker_drain() is asked to wake the
 * worker as soon as it may.
 */
bool lcore_has_room(void);

/*
 * Give an event from malloc() to the main thread. The caller has checked that
 * worker.events has room; if it has none, the event is freed and lost.
 */
void lcore_push_event(struct worker_event *event);

/*
 * How many more messages fit into a link's ring, beside those filled in but not
 * published yet; for want see channel_room(). Or -EBADMSG.
 */
int lcore_room(struct link *link, unsigned int want);

/*
 * Put a message into its link's ring without showing it to the receiver, so that a
 * burst is published at once: the caller must call lcore_publish() in the end. Returns
 * 0, -ENOTCONN, -ENOBUFS, or -EBADMSG (the ring held garbage; the link is closed now).
 */
int lcore_put(const struct message *message);

/* Show the receiver what lcore_put() has filled in, and ring the doorbell. */
void lcore_publish(void);

/*
 * Put a message into the ring that leads to its destination, and ring the doorbell.
 * Returns 0, -ENOTCONN, -ENOBUFS, or -EBADMSG (the ring held garbage; the link is
 * closed now).
 */
int lcore_send(const struct message *message);

/*
 * In the primary: put a message into the rings to all secondaries but its source. One
 * whose ring is full goes without, and is counted.
 */
void lcore_hand_on(const struct message *message);

/* Take up to a burst of messages from each link. Returns 0 if nothing was done. */
unsigned int lcore_poll_links(void);

/* Give a finished job back to the main thread. */
void lcore_end_job(struct job *job);

/*
 * Send the next burst of worker.stream, or end it. Returns 0 if nothing was done.
 */
unsigned int lcore_poll_stream(void);

#endif

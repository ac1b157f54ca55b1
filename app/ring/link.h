/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The links of the worker: putting messages into the rings that lead to neighbours. All
 * functions are the worker's alone.
 */

#ifndef MPSH_RING_LINK_H
#define MPSH_RING_LINK_H

#include <stdbool.h>

struct link;
struct message;

/* The link over which destination is reached, NULL if this link is not open. */
struct link *link_to(unsigned int destination);

/* Close the link to this peer: its rings are not touched any more. */
void link_close(unsigned int peer);

/* A ring of this link holds garbage: close the link, and tell the main thread. */
void link_refuse(unsigned int neighbour);

/*
 * Is this a valid message, and may its source and destination come from neighbour? Of
 * its text only the length is looked at.
 */
bool link_may_bring(unsigned int neighbour, const struct message *message);

/*
 * How many more messages fit into a link's ring, beside those filled in but not
 * published yet; for want see channel_room(). Or -EBADMSG.
 */
int link_room(struct link *link, unsigned int want);

/*
 * Put a message into its link's ring without showing it to the receiver, so that a
 * burst is published at once: the caller must call link_publish() in the end. Returns
 * 0, -ENOTCONN, -ENOBUFS, or -EBADMSG (the ring held garbage; the link is closed now).
 */
int link_put(const struct message *message);

/* Show the receiver what link_put() has filled in, and ring the doorbell. */
void link_publish(void);

/*
 * Put a message into the ring that leads to its destination, and ring the doorbell.
 * Returns 0, -ENOTCONN, -ENOBUFS, or -EBADMSG (the ring held garbage; the link is
 * closed now).
 */
int link_send(const struct message *message);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The primary's switch: passes on what one secondary sends to another. All functions are
 * the worker's alone, in the primary alone.
 */

#ifndef MPSH_RING_SWITCH_H
#define MPSH_RING_SWITCH_H

#include <stdbool.h>

struct message;

/* Count a message that is dropped, and tell its sender why, if it waits for an answer. */
void switch_refuse(const struct message *message, const char *why);

/*
 * Pass on a message from one secondary to another, or refuse it. The caller has checked
 * it, and calls link_publish() in the end.
 */
void switch_forward(const struct message *message);

/*
 * Put a message into the rings to all secondaries but its source. One whose ring is full
 * goes without, and is counted.
 */
void switch_hand_on(const struct message *message);

/*
 * Pass on what waits in the ring of neighbour, ready messages at most, up to the first
 * that is not of a stream to one other secondary, as far as its receiver has room.
 * Returns how many were passed on, which the caller releases; 0 where they must be taken
 * one by one.
 */
unsigned int switch_stream(unsigned int neighbour, unsigned int ready);

/*
 * Must this message of a stream stay in the ring of its sender, neighbour, because the
 * receiver's ring has only the STREAM_RESERVE slots left that are kept for replies? The
 * sender then finds its own ring full and slows down. Once the receiver has taken
 * nothing for a second, the message is forwarded or refused all the same, because it
 * holds up everything behind it in the sender's ring.
 */
bool switch_must_wait(unsigned int neighbour, const struct message *message);

#endif

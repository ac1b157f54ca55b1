/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The secondary's side of a place: attaching, leaving, and what happens when the
 * primary dies. Main thread.
 */

#ifndef MPSH_PEERS_SEAT_H
#define MPSH_PEERS_SEAT_H

#include <stdint.h>

/*
 * In a secondary: ask the primary for a place; blocks up to timeout_ms. Returns 0, and
 * then hub_number() and hub_doorbell() are valid for worker_start(); -EAGAIN when the
 * primary is not ready, so that the caller may ask again; or another -errno. Every
 * error comes with one or two lines in error.
 */
int hub_attach(uint32_t timeout_ms, char *error, size_t size);

/*
 * In a secondary, after worker_start(): have the worker open the rings to and from the
 * primary. Returns 0 or -errno.
 */
int seat_open_rings(void);

/*
 * The worker found garbage in a neighbour's ring: the primary frees the neighbour's
 * place, a secondary lets go of its primary.
 */
void hub_on_garbage(unsigned int neighbour);

/*
 * In a secondary: compare the places in the hub with what was seen last, and announce
 * the changes. Called on a MESSAGE_HUB, and at each look (watch.c).
 */
void hub_on_change(void);

/*
 * Mark in shared memory that this process leaves on purpose; a secondary also tells the
 * primary. Before worker_stop().
 */
void hub_leave(void);

/*
 * Watch the primary's pidfd, which stays the caller's, and let go of the primary when
 * it ends. Returns 0 or -ENOMEM.
 */
int seat_watch_death(int pid_fd);

/* The primary has ended: let go of it, and announce whether it quit or died. */
void seat_on_primary_end(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * How a secondary takes its seat and gives it up, and what it does when the primary
 * dies. Main thread.
 */

#ifndef MPSH_PEERS_SEAT_H
#define MPSH_PEERS_SEAT_H

#include <stdint.h>

/*
 * Secondary: ask the primary for a place. Blocks up to timeout_ms. Returns 0, then the
 * worker can start with hub_number() and hub_doorbell(); -EAGAIN: the primary is not
 * ready yet, ask again; else -errno; with one or two lines in error.
 */
int hub_attach(uint32_t timeout_ms, char *error, size_t size);

/* Secondary, after the worker's start: have it look at the rings. Returns 0 or -errno. */
int seat_open_rings(void);

/* A neighbour's ring is damaged: the primary detaches it, a secondary gives up its
 * primary. */
void hub_on_garbage(unsigned int neighbour);
void hub_on_change(void); /* MESSAGE_HUB: look again at who is here */

/* Leave: say so to those who watch. The worker still runs. */
void hub_leave(void);

/* Be told when the primary ends. pid_fd stays the caller's. */
int seat_watch_death(int pid_fd);

#endif

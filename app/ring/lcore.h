/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The fast path of the worker lcore: receiving and answering messages, link by link, and
 * sending a stream. All functions are the worker's alone.
 */

#ifndef MPSH_RING_LCORE_H
#define MPSH_RING_LCORE_H

struct job;

/* Take up to a burst of messages from each link. Returns 0 if nothing was done. */
unsigned int lcore_poll_links(void);

/* Give a finished job back to the main thread. */
void lcore_end_job(struct job *job);

/*
 * Make the job's stream worker.stream. Returns 0, -EBUSY if there is one, or -ENOTCONN.
 */
int lcore_begin_stream(struct job *job);

/*
 * Send the next burst of worker.stream, or end it. Returns 0 if nothing was done.
 */
unsigned int lcore_poll_stream(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The loop of the worker lcore: each turn looks at the jobs, the stream, simple_mp's
 * ring and the links; the worker sleeps when there is nothing to do.
 */

#ifndef MPSH_RING_TURN_H
#define MPSH_RING_TURN_H

/* The worker lcore's main function; returns 0 after worker_stop(). */
int worker_main(void *arg);

#endif

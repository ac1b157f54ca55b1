/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The turns of the worker lcore: jobs, the stream, simple_mp, the links, and sleep when
 * there is nothing.
 */

#ifndef MPSH_RING_TURN_H
#define MPSH_RING_TURN_H

/* What the worker lcore runs until worker_stop(). */
int worker_main(void *arg);

#endif

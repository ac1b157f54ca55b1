/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Calls that may block: each runs in a thread that is not the main one. A thread that is
 * through is kept for the next call, which finds its stack and its caches warm.
 */

#ifndef MPSH_BASE_BACKGROUND_H
#define MPSH_BASE_BACKGROUND_H

/*
 * Run work(arg) in another thread, at once, however many others are still blocked. work
 * tells the main thread of its end with loop_post(). Returns 0 or a negative errno (work
 * does not run). Main thread.
 */
int background_run(void (*work)(void *arg), void *arg);

#endif

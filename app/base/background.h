/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Runs calls that may block, each in a thread that is not the main one. A thread whose
 * call has returned is kept for the next call: its stack and caches are warm.
 */

#ifndef MPSH_BASE_BACKGROUND_H
#define MPSH_BASE_BACKGROUND_H

/*
 * Run work(arg) in another thread at once, even if earlier calls are still blocked.
 * work must tell the main thread that it is done, with loop_post(). Returns 0, or a
 * negative errno if work does not run. Main thread.
 */
int background_run(void (*work)(void *arg), void *arg);

#endif

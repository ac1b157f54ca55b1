/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Writes to a descriptor without blocking the loop, even if the descriptor takes
 * nothing (a terminal after Ctrl-S, a pipe that is not read). The shell shares the
 * descriptor, so the writer does not set O_NONBLOCK on it: a pipe or terminal is opened
 * anew with O_NONBLOCK, a socket is written with MSG_DONTWAIT, and a file never blocks.
 * Main thread.
 */

#ifndef MPSH_OUTPUT_WRITER_H
#define MPSH_OUTPUT_WRITER_H

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct writer;

/*
 * Make a writer on fd (1 or 2), which stays the caller's. If base is not NULL, its loop
 * writes the backlog as soon as fd takes more. Two descriptors of the same file (2>&1)
 * should share one writer: see writer_same(). Returns NULL with errno when memory or
 * descriptors are short.
 */
struct writer *writer_new(int fd, struct event_base *base);

/* Do two descriptors lead to the same file, pipe or terminal? */
int writer_same(int fd1, int fd2);

/*
 * Write len bytes without blocking; what the descriptor does not take is kept in the
 * backlog. Uses one write(2) if there is no backlog and the descriptor takes all.
 * Returns 0, or the negative errno of the first write of w that failed for good
 * (-EPIPE, -EBADF).
 */
int writer_put(struct writer *w, const void *bytes, size_t len);

/*
 * From now on gather what is put, up to 16 KiB, for one write(2), unless who reads would
 * see that; or no longer. In both cases what has been gathered before is written.
 */
void writer_gather(struct writer *w, bool gathers);

/* The bytes that are not written yet. */
size_t writer_backlog(const struct writer *w);

/*
 * Wait until the backlog is written or a write fails for good, but give up when *stop
 * becomes non-zero (a signal handler's flag; stop may be NULL). Returns as
 * writer_put().
 */
int writer_flush(struct writer *w, const volatile int *stop);

/* Free w, which may be NULL; the backlog is lost. */
void writer_free(struct writer *w);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Lines to a descriptor that may not take them at once (a terminal after Ctrl-S, a
 * pipe that nobody reads), without blocking the loop. The descriptor is shared with
 * the shell, so it never gets O_NONBLOCK: a pipe or terminal is opened anew for
 * that, a socket is written with MSG_DONTWAIT, a file never blocks.
 */

#ifndef MPSH_OUTPUT_WRITER_H
#define MPSH_OUTPUT_WRITER_H

#include <stddef.h>

struct event_base;
struct writer;

/*
 * A writer on fd (1 or 2), which stays the caller's. When base is not NULL, what
 * could not be written at once is written from the loop, as soon as fd takes it.
 * Two descriptors of the same file (2>&1) should share one writer: see
 * writer_same(). Returns NULL with errno when memory or descriptors are short. Main
 * thread, as all here.
 */
struct writer *writer_new(int fd, struct event_base *base);

/* Do two descriptors lead to the same file, pipe or terminal? */
int writer_same(int fd1, int fd2);

/*
 * Write len bytes; in one write(2) when the descriptor takes them and nothing waits
 * before them. Never blocks, keeps what was not taken. Returns 0, or the negative
 * errno of the first write that failed for good (-EPIPE, -EBADF), also of an
 * earlier one.
 */
int writer_put(struct writer *w, const void *bytes, size_t len);

/* Bytes that still wait. */
size_t writer_backlog(const struct writer *w);

/*
 * Wait until all is written or a write fails for good, but give up when *stop
 * becomes non-zero (a signal handler's flag; may be NULL). Returns as writer_put().
 */
int writer_flush(struct writer *w, const volatile int *stop);

/* Frees w; what still waits is lost. */
void writer_free(struct writer *w);

#endif

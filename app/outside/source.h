/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The bytes that are looked at: those of a process, copied. Nothing in that process is
 * mapped, locked or followed, so no address in it can hurt. Any thread.
 */

#ifndef MPSH_OUTSIDE_SOURCE_H
#define MPSH_OUTSIDE_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct source {
	pid_t pid; /* this process's own, or one that it may read */
};

/*
 * Copy size bytes at an address of the process into buf. Returns 0, or -EFAULT when not
 * all of them are there, or another negative errno (-ESRCH, -EPERM).
 */
int source_read(const struct source *source, uint64_t address, void *buf, size_t size);

#endif

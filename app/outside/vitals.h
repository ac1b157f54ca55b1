/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What tells whether a process is well, and whether it grows: looked at from outside. Any
 * thread.
 */

#ifndef MPSH_OUTSIDE_VITALS_H
#define MPSH_OUTSIDE_VITALS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Numbers that are not known are -1. */
struct vitals {
	bool lives;
	bool has_mp_thread; /* or that cannot be seen */
	int64_t threads, descriptors;
	int64_t resident; /* bytes of its memory that are not DPDK's hugepages */
	int64_t heap;     /* bytes that are allocated of the group's heaps */
};

void vitals_read(pid_t pid, struct vitals *vitals);

/* Open descriptors alone, which is cheap; -1: not known. */
int64_t vitals_descriptors(pid_t pid);

/* Has it not ended? */
bool vitals_lives(pid_t pid);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Which of the files that a process has mapped are programs and libraries. It is told by
 * their mappings: nothing of the process is read, which could make a page of it, and no
 * file is opened. Any thread.
 */

#ifndef MPSH_OUTSIDE_PROGRAMS_H
#define MPSH_OUTSIDE_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct programs {
	uint64_t *bases; /* where the first mapping of each begins, ascending */
	size_t n;
};

/*
 * Read those of a process; programs_free() them. Those that cannot be read, or for which
 * there is no memory, are missing.
 */
void programs_read(pid_t pid, struct programs *programs);
void programs_free(struct programs *programs);

/* Is it one whose first mapping begins at this address? */
bool programs_have(const struct programs *programs, uint64_t base);

#endif

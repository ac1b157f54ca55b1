/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Reads where a pointer of a process leads, which may be anywhere: only memory, and of
 * what is not DPDK's only pages that are there. For one thread.
 */

#ifndef MPSH_OUTSIDE_FOLLOW_H
#define MPSH_OUTSIDE_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "outside/mappings.h"

struct group;

struct follow_range {
	uint64_t from, to;
};

struct follow {
	const struct group *group;
	/* Where the group's own memory lies, and what else its process has mapped. */
	struct follow_range *own;
	size_t n_own;
	struct mappings mappings;
	bool has_mappings;
};

/* Returns 0 or -ENOMEM. follow_close() it. */
int follow_open(const struct group *group, struct follow *follow);
void follow_close(struct follow *follow);

/* Is this an address of the group's own memory? */
bool follow_is_own(const struct follow *follow, uint64_t address);

/*
 * Have mappings read, if they are not. Returns 0; -ENOTSUP: what is looked at is no
 * process; -ENOMEM or the error of /proc.
 */
int follow_read_mappings(struct follow *follow);

/*
 * Copy size bytes at an address; what is in private memory and was never written is
 * zeros. Returns 0 or -EFAULT: they are not all there, or not memory.
 */
int follow_read(struct follow *follow, uint64_t address, void *buf, size_t size);

#endif

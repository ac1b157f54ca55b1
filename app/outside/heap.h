/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* DPDK's heaps, one for each NUMA socket. Any thread. */

#ifndef MPSH_OUTSIDE_HEAP_H
#define MPSH_OUTSIDE_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct group;

/*
 * Append to *heaps, an array of the caller's, each heap that has memory: {name, total,
 * free, largest, blocks}, in bytes but for the number of blocks that are allocated. free
 * and largest are null where the heap's elements cannot be read to their end. Returns 0
 * or -EBADMSG.
 */
int heap_list(const struct group *group, json_t *heaps);

/*
 * Call visit(address, bytes, is_used, ctx) for each element of a heap with memory, with
 * its header, from the lowest address up; elements of a living process may change
 * meanwhile. Returns 0 or -EBADMSG.
 */
int heap_walk(const struct group *group,
	void (*visit)(uint64_t address, uint64_t bytes, bool is_used, void *ctx),
	void *ctx);

#endif

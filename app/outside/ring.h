/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Rings of DPDK's, as they lie in shared memory. Any thread. */

#ifndef MPSH_OUTSIDE_RING_H
#define MPSH_OUTSIDE_RING_H

#include <stdint.h>

#include <jansson.h>

#include <rte_ring.h>

struct group;

/*
 * The member of a ring's entry that has its name as a command takes it (text_name()).
 * objects_list() takes it out, it is not for what is printed.
 */
#define OBJECT_TYPED "typed"

/* Copy the header of the ring at this address. Returns 0, or -EBADMSG if none is there.
 */
int ring_read(const struct group *group, uint64_t address, struct rte_ring *ring);

/* How many elements wait in a ring whose header was copied, at most its capacity. */
uint32_t ring_used(const struct rte_ring *ring);

/*
 * Append to *rings, an array of the caller's, each ring in DPDK's list: {OBJECT_TYPED,
 * name, size,
 * used, free, flags, element_bytes, producers, consumers}; element_bytes is null where
 * the header does not say so credibly. Errors as group_walk().
 */
int ring_list(const struct group *group, json_t *rings);

#endif

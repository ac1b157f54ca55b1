/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What lies in the shared memory of the primary one is attached to: rings, pools,
 * memzones. DPDK's lists are behind locks that a dead process may hold for ever, so they
 * are walked in a thread. Nothing is allocated in shared memory and no mempool operation
 * is used (their table differs between builds). Main thread.
 */

#ifndef MPSH_HOST_SHARED_MEMORY_H
#define MPSH_HOST_SHARED_MEMORY_H

#include <stdbool.h>

#include <jansson.h>

enum shared_kind {
	SHARED_RINGS,    /* name, size, used, free, flags, element_bytes, producers,
			    consumers */
	SHARED_POOLS,    /* name, size, in_use, in_caches, element_bytes */
	SHARED_MEMZONES, /* name, address, bytes, socket, flags */
};

/*
 * List them into *result, a new array of objects. Returns 0; -EBUSY when DPDK's lock
 * stays held; -EINTR, -ECANCELED as loop_until().
 */
int shared_list(enum shared_kind kind, json_t **result);

/*
 * Does a thread still wait for a lock in shared memory, of a list that was given up? Then
 * that memory must stay where it is (no rte_eal_cleanup()).
 */
bool shared_is_blocked(void);

#endif

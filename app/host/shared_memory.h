/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Lists the rings, mempools and memzones in shared memory. A dead process may hold the
 * lock of one of DPDK's lists for ever (fact 13 of app/README.md), so another thread
 * walks the list. Nothing is allocated in shared memory. No mempool operation is
 * called, since the table of operations differs between builds of DPDK. Main thread.
 */

#ifndef MPSH_HOST_SHARED_MEMORY_H
#define MPSH_HOST_SHARED_MEMORY_H

#include <stdbool.h>

#include <jansson.h>

enum shared_kind {
	SHARED_RINGS,    /* name, size, used, free, flags, element_bytes, producers,
			    consumers */
	SHARED_POOLS,    /* name, size, in_use, in_caches, element_bytes */
	SHARED_MEMZONES, /* name, address, bytes, socket, page_bytes, flags */
};

/*
 * List all objects of a kind into *result, a new array for the caller to free; its
 * entries have the members named above. Returns 0; -EBUSY when a list's lock stays held
 * for 2 s; -EINTR or -ECANCELED as loop_until(); another negative errno if no thread
 * could start.
 */
int shared_list(enum shared_kind kind, json_t **result);

/*
 * Does a thread that shared_list() gave up still wait for a lock in shared memory? Then
 * the memory must stay mapped: do not call rte_eal_cleanup().
 */
bool shared_is_blocked(void);

#endif

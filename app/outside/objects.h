/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The objects in the shared memory that is looked at (look.h), by kind. Main thread. */

#ifndef MPSH_OUTSIDE_OBJECTS_H
#define MPSH_OUTSIDE_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

enum object_kind {
	OBJECT_RINGS,
	OBJECT_POOLS,
	OBJECT_MEMZONES,
	OBJECT_HEAPS,
};

/*
 * List all objects of a kind into *objects, a new array for the caller to free; ring.h,
 * pool.h, memzone.h and heap.h have the members of its entries. Returns 0. After -EBADMSG
 * the list in shared memory is damaged, and *objects has what was read of it; after any
 * other error there is no array. Errors come with one line in error.
 */
int objects_list(enum object_kind kind, json_t **objects, char *error, size_t size);

/*
 * The ring, or the mempool, with the name that was typed, len bytes (text_name_bytes()):
 * its entry as in the list, that of a pool with caches, for the caller to free. Returns
 * 0, or an error with its line in error: -ENOENT: there is none; -EBADMSG: the list in
 * shared memory is damaged, or the ring's positions cannot be.
 */
int objects_ring(const char *typed, size_t len, json_t **ring, char *error, size_t size);
int objects_pool(const char *typed, size_t len, json_t **pool, char *error, size_t size);

/* The names of all rings, or pools, as commands take them: a new array. */
json_t *objects_ring_names(void);
json_t *objects_pool_names(void);

/* Can all lists of this process's own group be read to their ends? If not, DPDK's own
 * code may crash in them. */
bool objects_are_whole(void);

#endif

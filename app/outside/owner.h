/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Whose a pointer is: an object of a mempool, or in a memzone. For one thread. */

#ifndef MPSH_OUTSIDE_OWNER_H
#define MPSH_OUTSIDE_OWNER_H

#include <stddef.h>
#include <stdint.h>

struct group;
struct memzone;
struct pool;

struct owner {
	enum owner_kind {
		OWNER_NOBODY,
		OWNER_OBJECT, /* an object of this pool begins there */
		OWNER_POOL,   /* in this pool's memory, but no object begins there */
		OWNER_MEMZONE,
	} kind;
	const struct pool *pool; /* of the owners, like memzone; NULL: none */
	const struct memzone *memzone;
};

/* A piece of a pool's memory. */
struct owner_chunk {
	uint64_t from, to;
	size_t pool; /* index in the owners' pools */
};

/* What there is to point to: the pools' memory, and the memzones. */
struct owners {
	const struct group *group;
	struct pool *pools;
	size_t n_pools;
	struct memzone *memzones; /* by address */
	size_t n_memzones;
	struct owner_chunk *chunks; /* by address */
	size_t n_chunks;
};

/*
 * Read them. Lists that are damaged count as far as they can be read. Returns 0 or
 * -ENOMEM. owners_close() them.
 */
int owners_open(const struct group *group, struct owners *owners);
void owners_close(struct owners *owners);

/*
 * Whose is this address? That an object begins there is believed only when the header
 * before it says that it is this pool's.
 */
struct owner owners_of(const struct owners *owners, uint64_t address);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Places where a mempool's objects may be, and how many are there. For one thread. */

#ifndef MPSH_OUTSIDE_SPOT_H
#define MPSH_OUTSIDE_SPOT_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

enum spot_kind {
	SPOT_NOWHERE,
	SPOT_MOVING, /* it was nowhere, and was then found */
	SPOT_POOL,
	SPOT_CACHE,
	SPOT_RING,
	/* Of a process's private memory. */
	SPOT_STACK,
	SPOT_HEAP,
	SPOT_DATA, /* of a program or a library */
	SPOT_ANONYMOUS,
	/* Of the group's memory. */
	SPOT_MEMZONE,
	SPOT_EAL_HEAP, /* rte_malloc() */
	SPOT_OBJECT,   /* an object of another pool, which is in use */
};

struct spot {
	enum spot_kind kind;
	pid_t pid, tid; /* of a process's memory, of a stack; else 0 */
	char process[16];
	unsigned int lcore; /* of a cache */
	/* Of a ring, a memzone, another pool, or the file of data. */
	char name[NAME_MAX + 1];
	size_t name_length;
	uint64_t objects;
};

/* The indexes of the two that are always there. */
#define SPOTS_NOWHERE 0
#define SPOTS_MOVING 1

struct spots {
	struct spot *all;
	size_t n;
};

/* Returns 0 or -ENOMEM. spots_free() them. */
int spots_init(struct spots *spots);
void spots_free(struct spots *spots);

/* The index of the place that is like this one, but for its objects; new if there is
 * none. Without memory it is SPOTS_NOWHERE. */
uint32_t spots_index(struct spots *spots, const struct spot *like);

/*
 * Those with objects, most first, a new array: {place, kind, objects, pid, tid, lcore,
 * ring, memzone, pool}, of which what does not apply is null. place is all of it in
 * words.
 */
json_t *spots_json(struct spots *spots);

#endif

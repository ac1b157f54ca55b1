/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * All objects of a mempool, and where each is. What it keeps lies in memory that is
 * shared, so that no search of this process's private memory finds it. For one thread.
 */

#ifndef MPSH_OUTSIDE_INVENTORY_H
#define MPSH_OUTSIDE_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "outside/spot.h"

struct group;
struct spots;
struct pool;

struct inventory {
	struct spots *spots;
	uint64_t *addresses; /* of the objects, from the lowest up */
	uint32_t *at;        /* index in places of each */
	size_t n, n_left;    /* n_left: those that are nowhere */
	uint64_t from, span; /* all addresses are within span bytes from here on */
	uint32_t element_bytes;
	bool is_again; /* what is found now was moving */
	size_t room;   /* bytes of the two arrays together */
};

/*
 * Read the pool's list of its objects: all are nowhere then. Returns 0; -EBADMSG: the
 * list is damaged; -ENOMEM. inventory_close() it.
 */
int inventory_open(const struct group *group, const struct pool *pool,
	struct spots *spots, struct inventory *inventory);
void inventory_close(struct inventory *inventory);

/* The index of the object that begins at an address; SIZE_MAX: none. */
size_t inventory_find(const struct inventory *inventory, uint64_t address);

/* The index of the object in which an address lies; SIZE_MAX: none. */
size_t inventory_within(const struct inventory *inventory, uint64_t address);

/* Say where an object is, if it was nowhere so far. */
void inventory_put(struct inventory *inventory, size_t index, const struct spot *spot);

/* All objects whose addresses are among n words are at this place. */
void inventory_scan(struct inventory *inventory, const uint64_t *words, size_t n,
	const struct spot *spot);

/* What is searched for, and where that is. */
struct seek {
	struct inventory *inventory;
	struct spot spot;
};

/* inventory_scan() for blocks_walk(), of which ctx is a struct seek. */
void inventory_seek(uint64_t address, const uint64_t *words, size_t n, void *ctx);

/* Count the objects at each place. */
void inventory_count(const struct inventory *inventory);

#endif

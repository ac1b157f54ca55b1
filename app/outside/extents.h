/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Sets of addresses: stretches of memory, in order. Any thread. */

#ifndef MPSH_OUTSIDE_EXTENTS_H
#define MPSH_OUTSIDE_EXTENTS_H

#include <stddef.h>
#include <stdint.h>

struct extent {
	uint64_t from, to; /* addresses; to is the first one behind it */
};

/* All zeroes: an empty set. After extents_join() it is in order and nothing overlaps. */
struct extents {
	struct extent *all; /* on the heap */
	size_t n;
};

void extents_free(struct extents *set);

/* Add a stretch; an empty one is left out. Returns 0 or -ENOMEM. */
int extents_add(struct extents *set, uint64_t from, uint64_t to);

/* Put the set in order, and join what overlaps or touches. */
void extents_join(struct extents *set);

/* Add to *both what is in both of two joined sets. Returns 0 or -ENOMEM. */
int extents_both(
	const struct extents *one, const struct extents *other, struct extents *both);

/* The bytes of a joined set. */
uint64_t extents_bytes(const struct extents *set);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Keeps stretches of memory in order. */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "outside/extents.h"

void
extents_free(struct extents *set)
{
	free(set->all);
	set->all = NULL;
	set->n = 0;
}

int
extents_add(struct extents *set, uint64_t from, uint64_t to)
{
	struct extent *all;

	if (from >= to)
		return 0;
	all = array_grow(set->all, set->n, sizeof(*all));
	if (all == NULL)
		return -ENOMEM;
	set->all = all;
	all[set->n].from = from;
	all[set->n++].to = to;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct extent *one = a, *other = b;

	return one->from < other->from ? -1 : one->from > other->from;
}

void
extents_join(struct extents *set)
{
	size_t i, n = 0;

	if (set->n == 0)
		return;
	qsort(set->all, set->n, sizeof(set->all[0]), compare);
	for (i = 1; i < set->n; i++) {
		if (set->all[i].from > set->all[n].to)
			set->all[++n] = set->all[i];
		else if (set->all[i].to > set->all[n].to)
			set->all[n].to = set->all[i].to;
	}
	set->n = n + 1;
}

int
extents_both(const struct extents *one, const struct extents *other, struct extents *both)
{
	size_t i = 0, j = 0;

	while (i < one->n && j < other->n) {
		const struct extent *a = &one->all[i], *b = &other->all[j];

		if (extents_add(both, a->from > b->from ? a->from : b->from,
			    a->to < b->to ? a->to : b->to) < 0)
			return -ENOMEM;
		if (a->to < b->to)
			i++;
		else
			j++;
	}
	return 0;
}

uint64_t
extents_bytes(const struct extents *set)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < set->n; i++)
		bytes += set->all[i].to - set->all[i].from;
	return bytes;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A set of addresses, as a tree. */

#include <search.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "outside/visited.h"

static int
compare(const void *a, const void *b)
{
	return a < b ? -1 : a > b;
}

/* The keys are the addresses themselves. */
static void
keep(void *address)
{
	(void)address;
}

bool
visited_has(const struct visited *visited, uint64_t address)
{
	return tfind((void *)(uintptr_t)address, &visited->root, compare) != NULL;
}

bool
visited_add(struct visited *visited, uint64_t address)
{
	return !visited_has(visited, address) &&
		tsearch((void *)(uintptr_t)address, &visited->root, compare) != NULL;
}

void
visited_free(struct visited *visited)
{
	tdestroy(visited->root, keep);
	visited->root = NULL;
}

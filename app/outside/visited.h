/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Addresses that were seen before. For one thread. */

#ifndef MPSH_OUTSIDE_VISITED_H
#define MPSH_OUTSIDE_VISITED_H

#include <stdbool.h>
#include <stdint.h>

struct visited {
	void *root; /* NULL: none */
};

/* Add one. False if it is in it already, or without memory. */
bool visited_add(struct visited *visited, uint64_t address);
bool visited_has(const struct visited *visited, uint64_t address);
void visited_free(struct visited *visited);

#endif

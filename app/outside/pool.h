/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Mempools of DPDK's, as they lie in shared memory. Any thread. */

#ifndef MPSH_OUTSIDE_POOL_H
#define MPSH_OUTSIDE_POOL_H

#include <jansson.h>

struct group;

/*
 * Append to *pools, an array of the caller's, each mempool in DPDK's list: {name, size,
 * in_use, in_caches, element_bytes, cache}. in_use is null unless the pool keeps its free
 * objects in a ring, in_caches where the caches cannot be read. Errors as group_walk().
 */
int pool_list(const struct group *group, json_t *pools);

#endif

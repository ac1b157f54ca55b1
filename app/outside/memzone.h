/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The memzones of a DPDK group. Any thread. */

#ifndef MPSH_OUTSIDE_MEMZONE_H
#define MPSH_OUTSIDE_MEMZONE_H

#include <jansson.h>

struct group;

/*
 * Append to *memzones, an array of the caller's, each memzone in use: {name, address,
 * bytes, socket, page_bytes, flags}. Returns 0; -EBADMSG when DPDK's array of them cannot
 * be read to its end.
 */
int memzone_list(const struct group *group, json_t *memzones);

#endif

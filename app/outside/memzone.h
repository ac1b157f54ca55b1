/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The memzones of a DPDK group. Any thread. */

#ifndef MPSH_OUTSIDE_MEMZONE_H
#define MPSH_OUTSIDE_MEMZONE_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct group;

#define MEMZONE_NAME_BYTES 32

struct memzone {
	char name[MEMZONE_NAME_BYTES + 1];
	size_t name_length;
	uint64_t address, bytes, page_bytes;
	int32_t socket; /* NUMA; below 0: none */
	uint32_t flags;
};

/*
 * Call visit(memzone, ctx) for each memzone in use. Returns 0; -EBADMSG when DPDK's array
 * of them cannot be read to its end.
 */
int memzone_walk(const struct group *group,
	void (*visit)(const struct memzone *memzone, void *ctx), void *ctx);

/*
 * Append to *memzones, an array of the caller's, each memzone in use: {name, address,
 * bytes, socket, page_bytes, flags}. Errors as above.
 */
int memzone_list(const struct group *group, json_t *memzones);

#endif

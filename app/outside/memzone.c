/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads the array of memzones. */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_fbarray.h>
#include <rte_memzone.h>

#include "base/json.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/memzone.h"
#include "outside/source.h"

/* A longer array is none. DPDK's default is 2560 (RTE_MAX_MEMZONE). */
#define MEMZONES_MAX 65536

/* How many are read at once. */
#define BLOCK 64u

static void
add_memzone(json_t *memzones, const struct rte_memzone *zone)
{
	char address[32];

	snprintf(address, sizeof(address), "%p", zone->addr);
	json_array_append_new(memzones,
		json_pack("{s:o, s:s, s:I, s:o, s:I, s:I}", "name",
			json_of_bytes(
				zone->name, strnlen(zone->name, sizeof(zone->name))),
			"address", address, "bytes", (json_int_t)zone->len, "socket",
			json_of_number(zone->socket_id >= 0, zone->socket_id),
			"page_bytes", (json_int_t)zone->hugepage_sz, "flags",
			(json_int_t)zone->flags));
}

int
memzone_list(const struct group *group, json_t *memzones)
{
	struct rte_fbarray array;
	struct rte_memzone zones[BLOCK];
	unsigned int i;

	if (source_read(&group->source,
		    group->config + group->layout->rte_mem_config_memzones, &array,
		    sizeof(array)) < 0 ||
		strncmp(array.name, "memzone", sizeof(array.name)) != 0 ||
		array.len > MEMZONES_MAX || array.elt_sz != sizeof(zones[0]))
		return -EBADMSG;
	for (i = 0; i < array.len; i++) {
		/* Most of the array is not in use: a call for each would be dear. */
		if (i % BLOCK == 0 &&
			source_read(&group->source,
				(uintptr_t)array.data + (uint64_t)i * sizeof(zones[0]),
				zones,
				RTE_MIN(BLOCK, array.len - i) * sizeof(zones[0])) < 0)
			return -EBADMSG;
		/* One that is not in use is all zeros (rte_memzone_free()). */
		if (zones[i % BLOCK].addr != NULL)
			add_memzone(memzones, &zones[i % BLOCK]);
	}
	return 0;
}

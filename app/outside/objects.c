/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lists the objects of this process's group. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include <rte_common.h>

#include "outside/group.h"
#include "outside/memzone.h"
#include "outside/objects.h"
#include "outside/pool.h"
#include "outside/ring.h"

static const struct {
	const char *name;
	int (*list)(const struct group *group, json_t *objects);
} kinds[] = {
	[OBJECT_RINGS] = { "rings", ring_list },
	[OBJECT_POOLS] = { "pools", pool_list },
	[OBJECT_MEMZONES] = { "memzones", memzone_list },
};

int
objects_list(enum object_kind kind, json_t **objects, char *error, size_t size)
{
	struct group group;
	int ret = group_open_own(&group);

	if (ret == -EPROTO)
		snprintf(error, size, "DPDK %u.%02u is not known to this mpsh",
			group.version >> 24, group.version >> 16 & 255);
	else if (ret < 0)
		snprintf(error, size, "the memory of this group is not DPDK's any more");
	if (ret < 0)
		return ret == -EBADMSG ? -ENOENT : ret;
	*objects = json_array();
	ret = kinds[kind].list(&group, *objects);
	if (ret < 0)
		snprintf(error, size, "DPDK's list of %s is damaged: %zu could be read",
			kinds[kind].name, json_array_size(*objects));
	return ret;
}

bool
objects_are_whole(void)
{
	json_t *objects = json_array();
	struct group group;
	bool whole = group_open_own(&group) == 0;
	unsigned int i;

	for (i = 0; i < RTE_DIM(kinds) && whole; i++)
		whole = kinds[i].list(&group, objects) == 0;
	json_decref(objects);
	return whole;
}

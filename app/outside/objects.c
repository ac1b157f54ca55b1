/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lists the objects of the group that is looked at, and finds one by its name. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include "outside/find.h"
#include "outside/group.h"
#include "outside/heap.h"
#include "outside/look.h"
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
	[OBJECT_HEAPS] = { "heaps", heap_list },
};

int
objects_list(enum object_kind kind, json_t **objects, char *error, size_t size)
{
	struct group group;
	int ret = look_open(&group, error, size);

	if (ret < 0)
		return ret == -EBADMSG ? -ENOENT : ret;
	*objects = json_array();
	ret = kinds[kind].list(&group, *objects);
	group_close(&group);
	if (ret < 0)
		snprintf(error, size, "DPDK's list of %s is damaged: %zu could be read",
			kinds[kind].name, json_array_size(*objects));
	return ret;
}

int
objects_ring(const char *typed, size_t len, json_t **object, char *error, size_t size)
{
	struct group group;
	struct ring ring;
	int ret = look_open(&group, error, size);

	if (ret < 0)
		return ret;
	ret = find_ring(&group, typed, len, &ring, error, size);
	if (ret == 0)
		ret = ring_check(&ring, error, size);
	if (ret == 0)
		*object = ring_json(&ring);
	group_close(&group);
	return ret;
}

int
objects_pool(const char *typed, size_t len, json_t **object, char *error, size_t size)
{
	struct group group;
	struct pool pool;
	int ret = look_open(&group, error, size);

	if (ret < 0)
		return ret;
	ret = find_pool(&group, typed, len, &pool, error, size);
	if (ret == 0) {
		*object = pool_json(&group, &pool);
		json_object_set_new(*object, "caches", pool_caches(&group, &pool));
	}
	group_close(&group);
	return ret;
}

static json_t *
names(void (*find)(const struct group *group, json_t *names))
{
	json_t *found = json_array();
	struct group group;
	char error[512];

	if (look_open(&group, error, sizeof(error)) < 0)
		return found;
	find(&group, found);
	group_close(&group);
	return found;
}

json_t *
objects_ring_names(void)
{
	return names(find_ring_names);
}

json_t *
objects_pool_names(void)
{
	return names(find_pool_names);
}

bool
objects_are_whole(void)
{
	json_t *objects = json_array();
	struct group group;
	char error[256];
	bool whole = group_open_process(&group, getpid(), error, sizeof(error)) == 0;
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && whole; i++)
		whole = kinds[i].list(&group, objects) == 0;
	if (whole)
		group_close(&group);
	json_decref(objects);
	return whole;
}

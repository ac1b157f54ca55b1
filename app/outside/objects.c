/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lists the objects of the group that is looked at, and finds one by its name. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
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

/* As objects_list(), with OBJECT_TYPED. */
static int
list(enum object_kind kind, json_t **objects, char *error, size_t size)
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
objects_list(enum object_kind kind, json_t **objects, char *error, size_t size)
{
	int ret = list(kind, objects, error, size);
	json_t *object;
	size_t i;

	if (ret == 0 || ret == -EBADMSG)
		json_array_foreach(*objects, i, object)
			json_object_del(object, OBJECT_TYPED);
	return ret;
}

int
objects_ring(const char *typed, size_t len, json_t **ring, char *error, size_t size)
{
	json_t *rings, *object, *wanted;
	uint8_t *bytes;
	size_t i;
	int ret = list(OBJECT_RINGS, &rings, error, size);

	*ring = NULL;
	if (ret < 0 && ret != -EBADMSG)
		return ret;
	bytes = memory_get(len + 1);
	wanted = bytes == NULL ? NULL
			       : json_of_name(bytes, text_name_bytes(bytes, typed, len));
	free(bytes);
	json_array_foreach(rings, i, object)
		if (json_equal(json_object_get(object, OBJECT_TYPED), wanted))
			*ring = object;
	json_decref(wanted);
	if (*ring != NULL) {
		json_object_del(json_incref(*ring), OBJECT_TYPED);
		ret = 0;
	}
	json_decref(rings);
	return ret;
}

json_t *
objects_ring_names(void)
{
	json_t *rings = NULL, *object, *names = json_array();
	char error[96];
	size_t i;

	list(OBJECT_RINGS, &rings, error, sizeof(error));
	json_array_foreach(rings, i, object)
		json_array_append(names, json_object_get(object, OBJECT_TYPED));
	json_decref(rings);
	return names;
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

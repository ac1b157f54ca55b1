/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds rings and mempools by their names, or the names that are nearest. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/text.h"
#include "outside/find.h"
#include "outside/group.h"
#include "outside/pool.h"
#include "outside/ring.h"

/* A name that is longer is no object's, and is cut in an error. */
#define NAME_BYTES_MAX 128

struct wanted {
	uint8_t bytes[NAME_BYTES_MAX];
	size_t length; /* of the name; one that is too long is none */
	bool found;
	struct ring *ring; /* where it is copied to */
	struct pool *pool;
};

static struct wanted
want(const char *typed, size_t len)
{
	struct wanted wanted = { .length = SIZE_MAX };

	if (len <= sizeof(wanted.bytes))
		wanted.length = text_name_bytes(wanted.bytes, typed, len);
	return wanted;
}

static bool
is_wanted(const struct wanted *wanted, const char *name, size_t length)
{
	return length == wanted->length && memcmp(name, wanted->bytes, length) == 0;
}

static void
take_ring(const struct ring *ring, void *ctx)
{
	struct wanted *wanted = ctx;

	if (!is_wanted(wanted, ring->name, ring->name_length))
		return;
	*wanted->ring = *ring;
	wanted->found = true;
}

static void
take_pool(const struct pool *pool, void *ctx)
{
	struct wanted *wanted = ctx;

	if (!is_wanted(wanted, pool->name, pool->name_length))
		return;
	*wanted->pool = *pool;
	wanted->found = true;
}

/* Say that there is none of this name, and which may be meant. Returns -ENOENT. */
static int
say_none(const char *kind, const json_t *names, const char *typed, size_t len,
	char *error, size_t size)
{
	char shown[TEXT_ESCAPED_SIZE(NAME_BYTES_MAX)];
	size_t n = json_array_size(names), i;
	const char **words = memory_get((n + 1) * sizeof(words[0]));
	const char *nearest = NULL;

	text_escape(shown, (const uint8_t *)typed,
		len <= NAME_BYTES_MAX ? len : NAME_BYTES_MAX);
	for (i = 0; i < n && words != NULL; i++)
		words[i] = json_string_value(json_array_get(names, i));
	if (words != NULL && len <= NAME_BYTES_MAX)
		nearest = text_nearest(shown, words, n);
	if (nearest != NULL)
		snprintf(error, size, "no %s named %s: did you mean %s?", kind, shown,
			nearest);
	else
		snprintf(error, size, "no %s named %s: show %ss lists them", kind, shown,
			kind);
	free(words);
	return -ENOENT;
}

/* Who mistakes one kind for the other is told the command that takes it. */
static int
say_other(const char *kind, const char *other, const char *command, const char *typed,
	size_t len, char *error, size_t size)
{
	char shown[TEXT_ESCAPED_SIZE(NAME_BYTES_MAX)];

	text_escape(shown, (const uint8_t *)typed, len);
	snprintf(error, size, "no %s named %s, but a %s: %s %s", kind, shown, other,
		command, shown);
	return -ENOENT;
}

static bool
is_ring(const struct group *group, const char *typed, size_t len)
{
	struct wanted wanted = want(typed, len);
	struct ring ring;

	wanted.ring = &ring;
	ring_walk(group, take_ring, &wanted);
	return wanted.found;
}

static bool
is_pool(const struct group *group, const char *typed, size_t len)
{
	struct wanted wanted = want(typed, len);
	struct pool pool;

	wanted.pool = &pool;
	pool_walk(group, take_pool, &wanted);
	return wanted.found;
}

/* What a search has come to: ret is what the walk over the list returned. */
static int
end(int ret, bool found, const char *kind, json_t *names, const char *typed, size_t len,
	char *error, size_t size)
{
	if (found)
		ret = 0;
	else if (ret < 0)
		snprintf(error, size, "DPDK's list of %ss is damaged: %zu could be read",
			kind, json_array_size(names));
	else
		ret = say_none(kind, names, typed, len, error, size);
	json_decref(names);
	return ret;
}

int
find_ring(const struct group *group, const char *typed, size_t len, struct ring *ring,
	char *error, size_t size)
{
	struct wanted wanted = want(typed, len);
	json_t *names = json_array();
	int ret;

	wanted.ring = ring;
	ret = ring_walk(group, take_ring, &wanted);
	if (!wanted.found && ret >= 0 && is_pool(group, typed, len)) {
		json_decref(names);
		return say_other("ring", "pool", "where", typed, len, error, size);
	}
	if (!wanted.found)
		find_ring_names(group, names);
	return end(ret, wanted.found, "ring", names, typed, len, error, size);
}

int
find_pool(const struct group *group, const char *typed, size_t len, struct pool *pool,
	char *error, size_t size)
{
	struct wanted wanted = want(typed, len);
	json_t *names = json_array();
	int ret;

	wanted.pool = pool;
	ret = pool_walk(group, take_pool, &wanted);
	if (!wanted.found && ret >= 0 && is_ring(group, typed, len)) {
		json_decref(names);
		return say_other("pool", "ring", "peek", typed, len, error, size);
	}
	if (!wanted.found)
		find_pool_names(group, names);
	return end(ret, wanted.found, "pool", names, typed, len, error, size);
}

static void
add_ring(const struct ring *ring, void *ctx)
{
	json_array_append_new(ctx, json_of_name(ring->name, ring->name_length));
}

static void
add_pool(const struct pool *pool, void *ctx)
{
	json_array_append_new(ctx, json_of_name(pool->name, pool->name_length));
}

void
find_ring_names(const struct group *group, json_t *names)
{
	ring_walk(group, add_ring, names);
}

void
find_pool_names(const struct group *group, json_t *names)
{
	pool_walk(group, add_pool, names);
}

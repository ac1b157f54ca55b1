/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Keeps places, and names them. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json.h"
#include "base/text.h"
#include "base/array.h"
#include "outside/spot.h"

static const char *const kinds[] = {
	[SPOT_NOWHERE] = "nowhere",
	[SPOT_MOVING] = "moving",
	[SPOT_POOL] = "pool",
	[SPOT_CACHE] = "cache",
	[SPOT_RING] = "ring",
	[SPOT_STACK] = "stack",
	[SPOT_HEAP] = "heap",
	[SPOT_DATA] = "data",
	[SPOT_ANONYMOUS] = "anonymous",
	[SPOT_MEMZONE] = "memzone",
	[SPOT_EAL_HEAP] = "eal_heap",
	[SPOT_OBJECT] = "object",
};

int
spots_init(struct spots *spots)
{
	const struct spot nowhere = { .kind = SPOT_NOWHERE };
	const struct spot moving = { .kind = SPOT_MOVING };

	memset(spots, 0, sizeof(*spots));
	spots_index(spots, &nowhere);
	spots_index(spots, &moving);
	return spots->n == 2 ? 0 : -ENOMEM;
}

void
spots_free(struct spots *spots)
{
	free(spots->all);
	memset(spots, 0, sizeof(*spots));
}

static bool
is_like(const struct spot *one, const struct spot *other)
{
	return one->kind == other->kind && one->pid == other->pid &&
		one->tid == other->tid && one->lcore == other->lcore &&
		one->name_length == other->name_length &&
		memcmp(one->name, other->name, one->name_length) == 0;
}

uint32_t
spots_index(struct spots *spots, const struct spot *like)
{
	struct spot *all;
	uint32_t i;

	for (i = 0; i < spots->n; i++)
		if (is_like(&spots->all[i], like))
			return i;
	all = array_grow(spots->all, spots->n, sizeof(*all));
	if (all == NULL)
		return SPOTS_NOWHERE;
	spots->all = all;
	all[spots->n] = *like;
	all[spots->n].objects = 0;
	return spots->n++;
}

static const char *
in_words(const struct spot *spot, char *text, size_t size)
{
	char name[TEXT_ESCAPED_SIZE(sizeof(spot->name))], process[64];

	text_escape(name, (const uint8_t *)spot->name, spot->name_length);
	snprintf(process, sizeof(process), "referenced from pid %d (%s)", (int)spot->pid,
		spot->process);
	switch (spot->kind) {
	case SPOT_NOWHERE:
		return "nowhere: lost, or in the hands of a device";
	case SPOT_MOVING:
		return "moving";
	case SPOT_POOL:
		return "in the pool";
	case SPOT_CACHE:
		snprintf(text, size, "in the cache of lcore %u", spot->lcore);
		break;
	case SPOT_RING:
		snprintf(text, size, "waiting in ring %s", name);
		break;
	case SPOT_STACK:
		snprintf(text, size, "%s: stack of thread %d", process, (int)spot->tid);
		break;
	case SPOT_HEAP:
		snprintf(text, size, "%s: heap", process);
		break;
	case SPOT_DATA:
		snprintf(text, size, "%s: data of %s", process, name);
		break;
	case SPOT_ANONYMOUS:
		snprintf(text, size, "%s: other anonymous memory", process);
		break;
	case SPOT_MEMZONE:
		snprintf(text, size, "referenced from memzone %s", name);
		break;
	case SPOT_EAL_HEAP:
		return "referenced from the heap of EAL";
	case SPOT_OBJECT:
		snprintf(text, size, "referenced from objects of pool %s", name);
		break;
	}
	return text;
}

static json_t *
name_of(const struct spot *spot, enum spot_kind kind)
{
	return spot->kind == kind ? json_of_bytes(spot->name, spot->name_length)
				  : json_null();
}

static json_t *
spot_json(const struct spot *spot)
{
	char text[TEXT_ESCAPED_SIZE(sizeof(spot->name)) + 128];

	return json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "place",
		in_words(spot, text, sizeof(text)), "kind", kinds[spot->kind], "objects",
		(json_int_t)spot->objects, "pid",
		json_of_number(spot->pid != 0, spot->pid), "tid",
		json_of_number(spot->tid != 0, spot->tid), "lcore",
		json_of_number(spot->kind == SPOT_CACHE, spot->lcore), "ring",
		name_of(spot, SPOT_RING), "memzone", name_of(spot, SPOT_MEMZONE), "pool",
		name_of(spot, SPOT_OBJECT));
}

struct row {
	uint64_t objects;
	size_t index;
};

/* Most objects first, then in the order in which they were found. */
static int
compare(const void *a, const void *b)
{
	const struct row *one = a, *other = b;

	if (one->objects != other->objects)
		return one->objects < other->objects ? 1 : -1;
	return one->index < other->index ? -1 : one->index > other->index;
}

json_t *
spots_json(struct spots *spots)
{
	struct row *sorted = calloc(spots->n, sizeof(*sorted));
	json_t *rows = json_array();
	size_t i;

	if (sorted == NULL)
		return rows;
	for (i = 0; i < spots->n; i++) {
		sorted[i].objects = spots->all[i].objects;
		sorted[i].index = i;
	}
	qsort(sorted, spots->n, sizeof(*sorted), compare);
	for (i = 0; i < spots->n && sorted[i].objects != 0; i++)
		json_array_append_new(rows, spot_json(&spots->all[sorted[i].index]));
	free(sorted);
	return rows;
}

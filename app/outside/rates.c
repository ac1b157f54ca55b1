/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks at the positions of rings again and again, and counts what has passed. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/loop.h"
#include "base/memory.h"
#include "outside/group.h"
#include "outside/rates.h"
#include "outside/ring.h"

/* How many rings are looked at in one turn: a read for each. */
#define TURN_MAX 128

/* ---- one ring ---- */

/* Has a side begun what it has not ended? */
static bool
is_midway(const struct ring_side *side)
{
	return side->head != side->tail || side->head_count != side->tail_count;
}

static bool
is_same(const struct ring_side *side, const struct ring_side *other)
{
	return side->head == other->head && side->tail == other->tail &&
		side->head_count == other->head_count &&
		side->tail_count == other->tail_count;
}

static void
note_stand(uint64_t *since, const struct ring_side *before, const struct ring_side *now,
	uint64_t time)
{
	if (!is_midway(now))
		*since = 0;
	else if (*since == 0 || !is_same(before, now))
		*since = time;
}

/* Positions wrap at 2^32. One that goes back is that of a ring that was reset. */
static uint32_t
passed(uint32_t before, uint32_t now)
{
	uint32_t n = now - before;

	return n <= INT32_MAX ? n : 0;
}

/* Count what has passed since it was looked at as before. */
static void
count(struct rated_ring *rated, const struct ring *before)
{
	const struct ring *ring = &rated->ring;
	uint32_t used = ring_used(ring);
	uint64_t now = loop_now();

	rated->in += passed(before->producer.tail, ring->producer.tail);
	rated->out += passed(before->consumer.tail, ring->consumer.tail);
	if (used <= ring->capacity && used > rated->most)
		rated->most = used;
	note_stand(&rated->producer_stands, &before->producer, &ring->producer, now);
	note_stand(&rated->consumer_stands, &before->consumer, &ring->consumer, now);
}

void
rates_look(struct rates *rates, const struct group *group)
{
	size_t n = rates->n < TURN_MAX ? rates->n : TURN_MAX;

	for (; n > 0; n--) {
		struct rated_ring *rated = &rates->rings[rates->next];
		struct ring before = rated->ring;

		rates->next = (rates->next + 1) % rates->n;
		if (ring_glance(group, &rated->ring) == 0)
			count(rated, &before);
		else
			rated->ring = before;
	}
}

/* ---- all of them ---- */

static int
compare(const void *a, const void *b)
{
	const struct rates_place *one = a, *other = b;

	return one->address < other->address ? -1 : one->address > other->address;
}

const struct rated_ring *
rates_find(const struct rates *rates, uint64_t address)
{
	struct rates_place wanted = { .address = address };
	const struct rates_place *found;

	if (rates->n == 0)
		return NULL;
	found = bsearch(
		&wanted, rates->places, rates->n, sizeof(rates->places[0]), compare);
	return found == NULL ? NULL : &rates->rings[found->ring];
}

/* The list that is read, and the one before. */
struct update {
	struct rates *rates;
	const struct rates *before;
	int ret;
};

/* Another ring may have been made at the address of one that was freed. */
static bool
is_one_ring(const struct ring *ring, const struct ring *other)
{
	return ring->size == other->size && ring->capacity == other->capacity &&
		memcmp(ring->name, other->name, sizeof(ring->name)) == 0;
}

static void
add_ring(const struct ring *ring, void *ctx)
{
	struct update *update = ctx;
	struct rates *rates = update->rates;
	const struct rated_ring *known = rates_find(update->before, ring->address);
	struct rated_ring *rated, *rings;
	struct ring before;

	rings = array_grow(rates->rings, rates->n, sizeof(*rings));
	if (rings == NULL) {
		update->ret = -ENOMEM;
		return;
	}
	rates->rings = rings;
	rated = &rates->rings[rates->n++];
	if (known != NULL && is_one_ring(ring, &known->ring))
		*rated = *known;
	else
		*rated = (struct rated_ring){ .ring = *ring };
	before = rated->ring;
	rated->ring = *ring;
	count(rated, &before);
}

int
rates_update(struct rates *rates, const struct group *group)
{
	struct rates fresh = { .rings = NULL };
	struct update update = { .rates = &fresh, .before = rates };
	int ret = ring_walk(group, add_ring, &update);
	size_t i;

	if (update.ret == 0)
		fresh.places = memory_get((fresh.n + 1) * sizeof(fresh.places[0]));
	if (fresh.places == NULL) {
		rates_free(&fresh);
		return -ENOMEM;
	}
	for (i = 0; i < fresh.n; i++)
		fresh.places[i] =
			(struct rates_place){ .address = fresh.rings[i].ring.address,
				.ring = i };
	qsort(fresh.places, fresh.n, sizeof(fresh.places[0]), compare);
	rates_free(rates);
	*rates = fresh;
	return ret;
}

void
rates_begin(struct rates *rates)
{
	size_t i;

	for (i = 0; i < rates->n; i++) {
		struct rated_ring *rated = &rates->rings[i];
		uint32_t used = ring_used(&rated->ring);

		rated->in = 0;
		rated->out = 0;
		rated->most = used <= rated->ring.capacity ? used : 0;
	}
}

void
rates_free(struct rates *rates)
{
	free(rates->rings);
	free(rates->places);
	memset(rates, 0, sizeof(*rates));
}

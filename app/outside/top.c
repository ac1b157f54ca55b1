/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Puts together what goes on in a group: rings, pools, heaps, threads. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "outside/group.h"
#include "outside/heap.h"
#include "outside/layout.h"
#include "outside/look.h"
#include "outside/pool.h"
#include "outside/rates.h"
#include "outside/top.h"
#include "outside/usage.h"
#include "outside/visited.h"

#define SECOND UINT64_C(1000000000)

/* What stands still for so long is stuck: a thread that only waits for a CPU is not. */
#define STUCK_NS SECOND

/* Walking the heaps may take this part of the time: they may have very many elements. */
#define HEAPS_PART 200

struct top {
	struct group group;
	struct rates rates;
	struct usage usage;
	uint64_t since; /* loop_now() of the report before */

	json_t *heaps;     /* as they were last */
	uint64_t heaps_at; /* when they are walked anew */
};

/* Open what is looked at anew when it has ended, or there was nothing yet. */
static int
reopen(struct top *top, bool is_open, char *error, size_t size)
{
	uint32_t version;
	int ret;

	if (is_open &&
		group_read(&top->group, top->group.config + LAYOUT_VERSION, &version,
			sizeof(version)) == 0)
		return 0;
	if (is_open)
		group_close(&top->group);
	ret = look_open(&top->group, error, size);
	top->usage.lists_at = 0;
	if (ret < 0)
		memset(&top->group, 0, sizeof(top->group));
	return ret;
}

int
top_begin(struct top **top, char *error, size_t size)
{
	json_t *threads = json_array();
	int ret;

	*top = memory_zeroed(sizeof(**top));
	if (*top == NULL) {
		snprintf(error, size, "out of memory");
		json_decref(threads);
		return -ENOMEM;
	}
	ret = reopen(*top, false, error, size);
	if (ret == 0) {
		rates_update(&(*top)->rates, &(*top)->group);
		usage_list(&(*top)->usage, &(*top)->group, threads);
		(*top)->since = loop_now();
	} else {
		top_end(*top);
	}
	json_decref(threads);
	return ret;
}

void
top_look(struct top *top)
{
	rates_look(&top->rates, &top->group);
}

void
top_end(struct top *top)
{
	rates_free(&top->rates);
	usage_free(&top->usage);
	json_decref(top->heaps);
	if (top->group.layout != NULL)
		group_close(&top->group);
	free(top);
}

/* ---- what is reported ---- */

/* A report that is made. */
struct report {
	struct top *top;
	uint64_t now, elapsed; /* ns */
	json_t *pools;
	struct visited pool_rings; /* the addresses of pools' own rings */
};

static json_int_t
per_second(const struct report *report, uint64_t n)
{
	/* Doubles hold what 2^53 elements need. */
	return (json_int_t)((double)n * SECOND / (double)report->elapsed + 0.5);
}

/* For how long has one side of a ring stood still; 0: it does not. */
static uint64_t
stuck_for(const struct report *report, const struct rated_ring *rated)
{
	uint64_t producer = rated->producer_stands, consumer = rated->consumer_stands;
	uint64_t since = producer != 0 && (consumer == 0 || producer < consumer)
		? producer
		: consumer;

	return since != 0 && report->now - since >= STUCK_NS ? report->now - since : 0;
}

/* Of positions or a header that are garbage nothing is said. */
static bool
is_known(const struct ring *ring, uint32_t used)
{
	return ring_is_sound(ring) && used <= ring->capacity;
}

static json_t *
state_of(const struct rated_ring *rated, uint32_t used, uint64_t stuck)
{
	if (stuck != 0)
		return json_string("STUCK");
	if (!is_known(&rated->ring, used))
		return json_null();
	if (used != 0 && rated->out == 0)
		return json_string("nobody takes");
	return used != 0 && used == rated->ring.capacity ? json_string("full")
							 : json_null();
}

static json_t *
rings_json(const struct report *report)
{
	const struct rates *rates = &report->top->rates;
	json_t *rings = json_array();
	size_t i;

	for (i = 0; i < rates->n; i++) {
		const struct rated_ring *rated = &rates->rings[i];
		const struct ring *ring = &rated->ring;
		uint32_t used = ring_used(ring);
		uint64_t stuck = stuck_for(report, rated);

		if (visited_has(&report->pool_rings, ring->address))
			continue;
		json_array_append_new(rings,
			json_pack("{s:o, s:I, s:o, s:I, s:I, s:I, s:o, s:o}", "name",
				json_of_bytes(ring->name, ring->name_length), "capacity",
				(json_int_t)ring->capacity, "used",
				json_of_number(is_known(ring, used), used), "most",
				(json_int_t)rated->most, "in_per_s",
				per_second(report, rated->in), "out_per_s",
				per_second(report, rated->out), "state",
				state_of(rated, used, stuck), "stuck_ns",
				json_of_number(stuck != 0, (json_int_t)stuck)));
	}
	return rings;
}

/* What lies in the caches, by lcore; *sum gets all of it. NULL: they cannot be read. */
static json_t *
caches_json(const struct group *group, const struct pool *pool, uint64_t *sum)
{
	json_t *caches = json_object();
	unsigned int lcore;
	uint32_t n;
	char name[16];

	*sum = 0;
	for (lcore = 0; pool->caches != 0 && lcore < group->layout->max_lcore; lcore++) {
		if (pool_cache(group, pool, lcore, &n) < 0) {
			json_decref(caches);
			return NULL;
		}
		if (n == 0)
			continue;
		*sum += n;
		snprintf(name, sizeof(name), "%u", lcore);
		json_object_set_new(caches, name, json_integer(n));
	}
	return caches;
}

static void
add_pool(const struct pool *pool, void *ctx)
{
	struct report *report = ctx;
	const struct rated_ring *rated =
		pool->has_ring ? rates_find(&report->top->rates, pool->data) : NULL;
	uint64_t cached, free_objects;
	json_t *caches = caches_json(&report->top->group, pool, &cached);

	if (pool->has_ring)
		visited_add(&report->pool_rings, pool->data);
	/* What moves between ring and caches meanwhile is seen twice, or not at all. */
	free_objects = ring_used(&pool->ring) + cached;
	json_array_append_new(report->pools,
		json_pack("{s:o, s:I, s:o, s:o, s:o, s:o}", "name",
			json_of_bytes(pool->name, pool->name_length), "size",
			(json_int_t)pool->size, "in_use",
			json_of_number(pool->has_ring && caches != NULL,
				free_objects < pool->size ? pool->size - free_objects
							  : 0),
			"get_per_s",
			json_of_number(rated != NULL,
				rated != NULL ? per_second(report, rated->out) : 0),
			"put_per_s",
			json_of_number(rated != NULL,
				rated != NULL ? per_second(report, rated->in) : 0),
			"caches", caches != NULL ? caches : json_null()));
}

/* The heaps: of before where to walk them would take too much of the time. */
static json_t *
heaps_json(struct top *top)
{
	uint64_t now = loop_now();

	if (top->heaps == NULL || now >= top->heaps_at) {
		json_decref(top->heaps);
		top->heaps = json_array();
		heap_list(&top->group, top->heaps);
		top->heaps_at = now + (loop_now() - now) * HEAPS_PART;
	}
	return json_incref(top->heaps);
}

json_t *
top_report(struct top *top, char *error, size_t size)
{
	struct report report = { .top = top, .pools = json_array() };
	json_t *threads = json_array(), *rings;

	if (reopen(top, true, error, size) < 0) {
		json_decref(threads);
		json_decref(report.pools);
		return NULL;
	}
	rates_update(&top->rates, &top->group);
	report.now = loop_now();
	report.elapsed = report.now > top->since ? report.now - top->since : 1;
	pool_walk(&top->group, add_pool, &report);
	rings = rings_json(&report);
	usage_list(&top->usage, &top->group, threads);
	rates_begin(&top->rates);
	top->since = report.now;
	visited_free(&report.pool_rings);
	return json_pack("{s:o, s:o, s:o, s:o}", "rings", rings, "pools", report.pools,
		"heaps", heaps_json(top), "threads", threads);
}

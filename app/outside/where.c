/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds where the objects of a mempool are. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <time.h>

#include <jansson.h>

#include "base/json.h"
#include "base/loop.h"
#include "outside/blocks.h"
#include "outside/find.h"
#include "outside/follow.h"
#include "outside/group.h"
#include "outside/held.h"
#include "outside/inventory.h"
#include "outside/owner.h"
#include "outside/spot.h"
#include "outside/pool.h"
#include "outside/queued.h"
#include "outside/references.h"
#include "outside/sharers.h"
#include "outside/turns.h"
#include "outside/where.h"

/* An object that is nowhere is looked for this often, and so long after the last time. */
#define LOOKS 3
#define PAUSE_NS 100000000

/* How many pauses are made at most until each thread that runs has had its turn. */
#define PAUSES_MAX 20

/*
 * What a running thread hands from place to place may be missed at any look: then each is
 * repeated at once, so often and for so long at most.
 */
#define REPEATS_MAX 16
#define REPEATS_NS 250000000

struct where {
	const struct group *group;
	const struct where_wish *wish;
	struct pool pool;
	struct spots spots;
	struct inventory inventory;
	struct blocks blocks;
	struct follow follow;
	struct owners owners;
	pid_t *pids;
	size_t n_pids;
	bool *is_unread; /* of each process */
};

static bool
is_over(const struct where *where)
{
	return where->wish->is_over != NULL && where->wish->is_over(where->wish->ctx);
}

static void
find_chains(struct where *where)
{
	held_find_chains(where->group, &where->owners, &where->pool, &where->inventory,
		&where->blocks);
}

/* Look everywhere for what is nowhere so far. Where an object is said to be is the first
 * of these. */
static void
look(struct where *where)
{
	struct inventory *inventory = &where->inventory;
	size_t i;

	queued_find_free(where->group, &where->pool, inventory, &where->blocks);
	queued_find_waiting(where->group, &where->pool, inventory, &where->blocks);
	find_chains(where);
	for (i = 0; i < where->n_pids && inventory->n_left > 0 && !is_over(where); i++)
		where->is_unread[i] = references_find(inventory, &where->blocks,
					      &where->follow, where->pids[i]) < 0;
	if (inventory->n_left > 0 && !is_over(where))
		held_find_memory(where->group, &where->owners, inventory, &where->blocks);
	if (inventory->n_left > 0 && !is_over(where))
		held_find_objects(where->group, &where->owners, &where->pool, inventory,
			&where->blocks);
	find_chains(where);
}

/*
 * On a busy host a thread may wait for a CPU for longer than a pause. Returns whether any
 * runs.
 */
static bool
wait_for_turns(struct where *where)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	struct turns turns;
	unsigned int i = 0;
	bool runs;

	turns_note(&turns, where->pids, where->n_pids);
	runs = turns.n > 0;
	do
		nanosleep(&pause, NULL);
	while (++i < PAUSES_MAX && !is_over(where) && !turns_are_over(&turns));
	turns_free(&turns);
	return runs;
}

static void
look_repeatedly(struct where *where)
{
	uint64_t end = loop_now() + REPEATS_NS;
	unsigned int i;

	for (i = 0; i < REPEATS_MAX && where->inventory.n_left > 0 && !is_over(where) &&
		loop_now() < end;
		i++)
		look(where);
}

static void
look_again(struct where *where)
{
	unsigned int i;

	/* What is dead does not move. */
	for (i = 1; i < LOOKS && where->inventory.n_left > 0 && where->n_pids > 0; i++) {
		bool runs = wait_for_turns(where);

		if (is_over(where))
			return;
		where->inventory.is_again = true;
		look(where);
		if (runs)
			look_repeatedly(where);
	}
}

static json_t *
document(struct where *where)
{
	json_t *unread = json_array();
	size_t i;

	for (i = 0; i < where->n_pids; i++)
		if (where->is_unread[i])
			json_array_append_new(unread, json_integer(where->pids[i]));
	inventory_count(&where->inventory);
	return json_pack("{s:o, s:I, s:I, s:o, s:o}", "pool",
		json_of_bytes(where->pool.name, where->pool.name_length), "objects",
		(json_int_t)where->inventory.n, "processes",
		(json_int_t)(where->n_pids - json_array_size(unread)), "unread", unread,
		"places", spots_json(&where->spots));
}

static int
prepare(struct where *where, char *error, size_t size)
{
	ssize_t n;
	int ret = spots_init(&where->spots);

	if (ret == 0)
		ret = inventory_open(
			where->group, &where->pool, &where->spots, &where->inventory);
	if (ret == -EBADMSG) {
		snprintf(error, size, "the list of the objects of %.*s is damaged",
			(int)where->wish->pool_length, where->wish->pool);
		return ret;
	}
	if (ret == 0)
		ret = blocks_init(&where->blocks);
	if (ret == 0)
		ret = follow_open(where->group, &where->follow);
	if (ret == 0)
		ret = owners_open(where->group, &where->owners);
	n = ret == 0 ? sharers_find(where->group, &where->pids) : ret;
	where->n_pids = n > 0 ? n : 0;
	where->is_unread = calloc(where->n_pids + 1, sizeof(bool));
	if (n >= 0 && where->is_unread != NULL)
		return 0;
	snprintf(error, size, "out of memory");
	return -ENOMEM;
}

static void
release(struct where *where)
{
	free(where->is_unread);
	free(where->pids);
	owners_close(&where->owners);
	follow_close(&where->follow);
	blocks_free(&where->blocks);
	inventory_close(&where->inventory);
	spots_free(&where->spots);
}

int
where_look(const struct group *group, const struct where_wish *wish, json_t **result,
	char *error, size_t size)
{
	struct where where = { .group = group, .wish = wish };
	int ret =
		find_pool(group, wish->pool, wish->pool_length, &where.pool, error, size);

	if (ret < 0)
		return ret;
	ret = prepare(&where, error, size);
	where.blocks.is_over = wish->is_over;
	where.blocks.ctx = wish->ctx;
	if (ret == 0) {
		look(&where);
		look_again(&where);
		if (is_over(&where)) {
			snprintf(error, size, "interrupted");
			ret = -EINTR;
		}
	}
	if (ret == 0)
		*result = document(&where);
	release(&where);
	return ret;
}

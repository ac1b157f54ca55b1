/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* where: who holds the objects of a mempool. */

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/background.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/task.h"
#include "cmds/cmds.h"
#include "grammar/args.h"
#include "outside/group.h"
#include "outside/look.h"
#include "outside/where.h"
#include "output/output.h"

/* A search in another thread; what it reads may be large. */
struct search {
	struct task task;
	struct group group;
	struct where_wish wish;
	char *pool; /* a copy of its name */
	unsigned int number;
	json_t *result; /* NULL: an error */
	int ret;
	char error[512];
};

/* The number of the search that is waited for: any other ends. */
static atomic_uint wanted;

static void
free_search(struct task *task)
{
	struct search *search = (struct search *)task;

	group_close(&search->group);
	json_decref(search->result);
	free(search->pool);
	free(search);
}

static bool
is_over(void *ctx)
{
	struct search *search = ctx;

	return atomic_load(&wanted) != search->number;
}

static void
run_search(void *arg)
{
	struct search *search = arg;

	search->ret = where_look(&search->group, &search->wish, &search->result,
		search->error, sizeof(search->error));
	task_post_over(&search->task);
}

static struct search *
new_search(const char *pool, size_t length)
{
	struct search *search = memory_zeroed(sizeof(*search));

	if (search == NULL)
		return NULL;
	search->pool = memory_get(length + 1);
	if (search->pool == NULL) {
		free(search);
		return NULL;
	}
	memcpy(search->pool, pool, length);
	search->pool[length] = '\0';
	search->task.free = free_search;
	search->wish.pool = search->pool;
	search->wish.pool_length = length;
	search->wish.is_over = is_over;
	search->wish.ctx = search;
	search->number = atomic_fetch_add(&wanted, 1) + 1;
	return search;
}

static void
view(const json_t *where)
{
	const json_t *places = json_object_get(where, "places"), *place, *pid;
	long long objects = json_integer_value(json_object_get(where, "objects"));
	int width = 1;
	size_t i;

	output_line("pool %s: %lld objects",
		json_string_value(json_object_get(where, "pool")), objects);
	json_array_foreach(places, i, place) {
		objects = json_integer_value(json_object_get(place, "objects"));
		if (i == 0)
			width = snprintf(NULL, 0, "%lld", objects);
		output_line("%*lld %s", width + 2, objects,
			json_string_value(json_object_get(place, "place")));
	}
	json_array_foreach(json_object_get(where, "unread"), i, pid)
		output_line("(pid %lld could not be read: what it holds is not seen)",
			(long long)json_integer_value(pid));
	if (json_integer_value(json_object_get(where, "processes")) == 0)
		output_line("(no process was looked at: what one of them held is "
			    "nowhere)");
}

/* Begin to search. Returns NULL after the error was printed. */
static struct search *
start(const char *pool, size_t length)
{
	struct search *search = new_search(pool, length);
	char error[512];

	if (search == NULL) {
		output_no_memory();
		return NULL;
	}
	if (look_open(&search->group, error, sizeof(error)) < 0) {
		free(search->pool);
		free(search);
		output_error("%s", error);
		return NULL;
	}
	if (background_run(run_search, search) < 0) {
		free_search(&search->task);
		output_no_memory();
		return NULL;
	}
	return search;
}

static int
run(const struct args *args)
{
	size_t length;
	const char *pool = args_bytes(args, "pool", &length);
	struct search *search = start(pool, length);
	int ret;

	if (search == NULL)
		return -ENOENT;
	ret = task_wait(&search->task, LOOP_FOREVER);
	if (ret < 0) {
		/* It ends soon, and is freed then. */
		atomic_fetch_add(&wanted, 1);
		return ret;
	}
	ret = search->ret;
	if (ret < 0) {
		output_error("%s", search->error);
	} else {
		output_result("where", search->result, view);
		search->result = NULL;
	}
	free_search(&search->task);
	return ret;
}

const struct command command_where = {
	.name = "where",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "<pool*>", NULL },
	.brief = "who holds the objects of a mempool",
	.detail = "Each object is in the pool, in the cache of an lcore, waiting in a "
		  "ring, referenced\n"
		  "from a process's stack, heap or data or from the group's memory, or "
		  "nowhere: lost, or\n"
		  "in the hands of a device. What is nowhere is looked for three times, "
		  "100 ms apart; what\n"
		  "was found then is moving. A number that looks like the address of an "
		  "object counts as\n"
		  "a reference, one that is in a register alone is not seen.",
	.example = "where job_pool",
	.needs = COMMAND_LOOKS,
	.run = run,
};

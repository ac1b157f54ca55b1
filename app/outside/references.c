/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Searches the private memory of processes. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "host/process.h"
#include "outside/blocks.h"
#include "outside/follow.h"
#include "outside/inventory.h"
#include "outside/mappings.h"
#include "outside/spot.h"
#include "outside/references.h"
#include "outside/source.h"
#include "outside/stacks.h"

struct search {
	struct blocks *blocks;
	const struct follow *follow;
	struct source source;
	struct mappings mappings;
	struct stack *stacks;
	size_t n_stacks;
	struct seek seek;
};

/* Search from an address to another, but for what is the group's own memory. */
static void
search_range(struct search *search, uint64_t from, uint64_t to)
{
	const struct follow *follow = search->follow;
	size_t i;

	while (from < to) {
		uint64_t end = to, next = to;

		for (i = 0; i < follow->n_own; i++) {
			if (follow->own[i].to <= from || follow->own[i].from >= end)
				continue;
			end = follow->own[i].from > from ? follow->own[i].from : from;
			next = follow->own[i].to;
		}
		blocks_walk(search->blocks, &search->source, search->seek.spot.pid, from,
			end, inventory_seek, &search->seek);
		from = next;
	}
}

/* The thread whose stack pointer is the lowest in a mapping; NULL: in none. */
static const struct stack *
find_stack(const struct search *search, const struct mapping *mapping)
{
	const struct stack *lowest = NULL, *stack;
	size_t i;

	for (i = 0; i < search->n_stacks; i++) {
		stack = &search->stacks[i];
		if (stack->sp >= mapping->from && stack->sp < mapping->to &&
			(lowest == NULL || stack->sp < lowest->sp))
			lowest = stack;
	}
	return lowest;
}

static void
set_place(struct search *search, enum spot_kind kind, pid_t tid, const char *name)
{
	struct spot *spot = &search->seek.spot;

	spot->kind = kind;
	spot->tid = tid;
	snprintf(spot->name, sizeof(spot->name), "%s", name != NULL ? name : "");
	spot->name_length = strlen(spot->name);
}

/* The stack that this search itself runs on has the addresses that it has just seen. */
static bool
is_mine(const struct search *search, const struct mapping *mapping)
{
	uint64_t here = (uintptr_t)__builtin_frame_address(0);

	return search->seek.spot.pid == getpid() && here >= mapping->from &&
		here < mapping->to;
}

static void
search_mapping(struct search *search, const struct mapping *mapping)
{
	const struct stack *stack = find_stack(search, mapping);

	if (is_mine(search, mapping))
		return;
	if (stack != NULL) {
		set_place(search, SPOT_STACK, stack->tid, NULL);
		search_range(search, stack->sp, mapping->to);
		return;
	}
	switch (mapping->kind) {
	case MAPPING_STACK:
		set_place(search, SPOT_STACK, search->seek.spot.pid, NULL);
		break;
	case MAPPING_HEAP:
		set_place(search, SPOT_HEAP, 0, NULL);
		break;
	case MAPPING_DATA:
		set_place(search, SPOT_DATA, 0, mapping->name);
		break;
	case MAPPING_ANONYMOUS:
		set_place(search, SPOT_ANONYMOUS, 0, NULL);
		break;
	default:
		return;
	}
	search_range(search, mapping->from, mapping->to);
}

/* What a thread has given to the system call that it waits in is in registers alone. */
static void
search_arguments(struct search *search)
{
	size_t i;

	for (i = 0; i < search->n_stacks; i++) {
		set_place(search, SPOT_STACK, search->stacks[i].tid, NULL);
		inventory_seek(0, search->stacks[i].arguments, 6, &search->seek);
	}
}

int
references_find(struct inventory *inventory, struct blocks *blocks,
	const struct follow *follow, pid_t pid)
{
	struct search search = {
		.seek.inventory = inventory,
		.blocks = blocks,
		.follow = follow,
		.seek.spot.pid = pid,
	};
	ssize_t n = 0;
	size_t i;
	int ret;

	host_process_name(pid, search.seek.spot.process);
	source_init(&search.source);
	ret = source_add_process(&search.source, pid);
	if (ret == 0)
		ret = mappings_read(pid, &search.mappings);
	if (ret == 0)
		n = stacks_read(pid, &search.stacks);
	if (ret == 0 && n >= 0) {
		search.n_stacks = n;
		search_arguments(&search);
		for (i = 0; i < search.mappings.n && inventory->n_left > 0; i++)
			search_mapping(&search, &search.mappings.mappings[i]);
	}
	free(search.stacks);
	mappings_free(&search.mappings);
	source_free(&search.source);
	return ret < 0 ? ret : n < 0 ? (int)n : 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds tail queues by the words of their heads. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/memory.h"
#include "outside/blocks.h"
#include "outside/follow.h"
#include "outside/group.h"
#include "outside/mappings.h"
#include "outside/queue.h"
#include "outside/source.h"

#define WORD sizeof(uint64_t)

/* How much static data of a process is searched; EAL's own is some 100 KiB. */
#define DATA_MAX (256 << 20)

struct search {
	struct follow *follow;
	const struct queue_shape *shape;
	bool (*take)(const struct queue *queue, void *ctx);
	void *ctx;
	char *entries; /* room for QUEUE_MAX */
	bool is_over;
	uint64_t searched; /* bytes */
	uint64_t low, high;
	uint64_t next_address, last_word; /* of the block before */
};

static bool
is_over(void *ctx)
{
	const struct search *search = ctx;

	return search->is_over || search->searched > DATA_MAX;
}

/* Entries come from malloc(), or lie on the stack of who waits. */
static bool
may_have_entry(const struct search *search, uint64_t address)
{
	const struct mapping *mapping;

	if (address < search->low || address >= search->high || address % WORD != 0)
		return false;
	mapping = mappings_find(&search->follow->mappings, address);
	return mapping != NULL &&
		(mapping->kind == MAPPING_HEAP || mapping->kind == MAPPING_STACK ||
			mapping->kind == MAPPING_ANONYMOUS);
}

/* Read the queue whose head has these words; false if it is none. */
static bool
read_queue(struct search *search, uint64_t head, uint64_t first, uint64_t last,
	struct queue *queue)
{
	const struct queue_shape *shape = search->shape;
	uint64_t at, prev = head;

	for (at = first; at != 0;
		at = group_u64(queue->entries + queue->n++ * shape->bytes, 0)) {
		char *entry = queue->entries + queue->n * shape->bytes;

		if (queue->n == QUEUE_MAX || !may_have_entry(search, at) ||
			follow_read(search->follow, at, entry, shape->bytes) < 0 ||
			group_u64(entry, WORD) != prev || !shape->fits(entry, shape->ctx))
			return false;
		prev = at;
	}
	return prev == last;
}

static void
look_at(struct search *search, uint64_t head, uint64_t first, uint64_t last)
{
	struct queue queue = { .entries = search->entries };

	if (!may_have_entry(search, first) || !may_have_entry(search, last))
		return;
	if (read_queue(search, head, first, last, &queue))
		search->is_over = !search->take(&queue, search->ctx);
}

static void
scan(uint64_t address, const uint64_t *words, size_t n, void *ctx)
{
	struct search *search = ctx;
	size_t i;

	if (n > 0 && address == search->next_address)
		look_at(search, address - WORD, search->last_word, words[0]);
	for (i = 0; i + 1 < n && !search->is_over; i++)
		look_at(search, address + i * WORD, words[i], words[i + 1]);
	search->searched += n * WORD;
	search->next_address = address + n * WORD;
	search->last_word = n > 0 ? words[n - 1] : 0;
}

/* The lowest and the highest address that an entry may have. */
static void
find_limits(struct search *search)
{
	const struct mappings *all = &search->follow->mappings;
	size_t i;

	search->low = UINT64_MAX;
	for (i = 0; i < all->n; i++) {
		if (all->mappings[i].kind < MAPPING_HEAP)
			continue;
		if (all->mappings[i].from < search->low)
			search->low = all->mappings[i].from;
		if (all->mappings[i].to > search->high)
			search->high = all->mappings[i].to;
	}
}

static void
search_data(struct search *search, struct blocks *blocks)
{
	const struct mappings *all = &search->follow->mappings;
	struct source *source = (struct source *)&search->follow->group->source;
	size_t i;

	find_limits(search);
	blocks->is_over = is_over;
	blocks->ctx = search;
	for (i = 0; i < all->n && !is_over(search); i++)
		if (all->mappings[i].kind == MAPPING_DATA)
			blocks_walk(blocks, source, source->pid, all->mappings[i].from,
				all->mappings[i].to, scan, search);
}

int
queue_find(struct follow *follow, const struct queue_shape *shape,
	bool (*take)(const struct queue *queue, void *ctx), void *ctx)
{
	struct search search = {
		.follow = follow,
		.shape = shape,
		.take = take,
		.ctx = ctx,
	};
	struct blocks blocks;
	int ret = follow_read_mappings(follow);

	if (ret < 0)
		return ret;
	ret = blocks_init(&blocks);
	if (ret == 0) {
		search.entries = memory_zeroed(QUEUE_MAX * shape->bytes);
		if (search.entries != NULL)
			search_data(&search, &blocks);
		else
			ret = -ENOMEM;
	}
	free(search.entries);
	blocks_free(&blocks);
	return ret;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads DPDK's heaps and their elements. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "outside/group.h"
#include "outside/heap.h"
#include "outside/layout.h"

/* A heap with more elements is damaged, or too much to walk. */
#define ELEMENTS_MAX 1000000

/* The state's bits in an element, and the state of a free one (malloc_elem.h). */
#define STATE_MASK 7
#define STATE_FREE 0

#define HEAP_NAME_BYTES 32

struct heap {
	char name[HEAP_NAME_BYTES + 1];
	uint64_t total, first;
	uint32_t blocks;
};

/* Sums over the elements. */
struct sums {
	uint64_t free, largest;
};

/* Read a heap by its number; false if it has no memory. */
static int
read_heap(const struct group *group, unsigned int i, struct heap *heap)
{
	const struct layout *layout = group->layout;
	char bytes[512];

	if (layout->size_of_malloc_heap > sizeof(bytes) ||
		group_read(group,
			group->config + layout->rte_mem_config_malloc_heaps +
				(uint64_t)i * layout->size_of_malloc_heap,
			bytes, layout->size_of_malloc_heap) < 0)
		return -EBADMSG;
	memcpy(heap->name, bytes + layout->malloc_heap_name, HEAP_NAME_BYTES);
	heap->name[HEAP_NAME_BYTES] = '\0';
	heap->total = group_u64(bytes, layout->malloc_heap_total_size);
	heap->first = group_u64(bytes, layout->malloc_heap_first);
	heap->blocks = group_u32(bytes, layout->malloc_heap_alloc_count);
	return 0;
}

/*
 * Elements are in the order of their addresses, and each says its size; where pages lie
 * between them the next one says where it is.
 */
static int
walk_elements(const struct group *group, const struct heap *heap,
	void (*visit)(uint64_t address, uint64_t bytes, bool is_used, void *ctx),
	void *ctx)
{
	const struct layout *layout = group->layout;
	uint64_t at = heap->first, next, bytes;
	unsigned int n = 0;
	char element[256];

	if (layout->size_of_malloc_elem > sizeof(element))
		return -EBADMSG;
	for (; at != 0; at = next) {
		if (n++ == ELEMENTS_MAX ||
			group_read(group, at, element, layout->size_of_malloc_elem) < 0)
			return -EBADMSG;
		bytes = group_u64(element, layout->malloc_elem_size);
		next = group_u64(element, layout->malloc_elem_next);
		if (bytes > heap->total || (next != 0 && next < at + bytes))
			return -EBADMSG;
		visit(at, bytes,
			(group_u32(element, layout->malloc_elem_state) & STATE_MASK) !=
				STATE_FREE,
			ctx);
	}
	return 0;
}

int
heap_walk(const struct group *group,
	void (*visit)(uint64_t address, uint64_t bytes, bool is_used, void *ctx),
	void *ctx)
{
	struct heap heap;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < group->layout->max_heaps; i++)
		if (read_heap(group, i, &heap) < 0 ||
			(heap.total != 0 && walk_elements(group, &heap, visit, ctx) < 0))
			ret = -EBADMSG;
	return ret;
}

static void
add_element(uint64_t address, uint64_t bytes, bool is_used, void *ctx)
{
	struct sums *sums = ctx;

	(void)address;
	if (is_used)
		return;
	sums->free += bytes;
	if (bytes > sums->largest)
		sums->largest = bytes;
}

int
heap_list(const struct group *group, json_t *heaps)
{
	struct heap heap;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < group->layout->max_heaps; i++) {
		struct sums sums = { 0 };
		bool is_whole;

		if (read_heap(group, i, &heap) < 0)
			return -EBADMSG;
		if (heap.total == 0)
			continue;
		is_whole = walk_elements(group, &heap, add_element, &sums) == 0;
		if (!is_whole)
			ret = -EBADMSG;
		json_array_append_new(heaps,
			json_pack("{s:o, s:I, s:o, s:o, s:I}", "name",
				json_of_bytes(heap.name, strlen(heap.name)), "total",
				(json_int_t)heap.total, "free",
				json_of_number(is_whole, sums.free), "largest",
				json_of_number(is_whole, sums.largest), "blocks",
				(json_int_t)heap.blocks));
	}
	return ret;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Keeps where the objects of a mempool are. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "outside/group.h"
#include "outside/inventory.h"
#include "outside/layout.h"
#include "outside/spot.h"
#include "outside/pool.h"

/* Objects lie at multiples of this. */
#define ALIGNED 8

/* A pool with more objects is none. */
#define OBJECTS_MAX (1u << 30)

/*
 * Follow the list from header to header. A circle is noticed by meeting a header again
 * that is remembered, after 1, 2, 4, 8 … steps another one (Brent).
 */
static int
read_list(const struct group *group, const struct pool *pool, struct inventory *inventory)
{
	const struct layout *layout = group->layout;
	uint64_t at = pool->elements, remembered = 0;
	size_t power = 1, steps = 0;
	char header[64];

	if (layout->size_of_rte_mempool_objhdr > sizeof(header))
		return -EBADMSG;
	while (at != 0) {
		if (inventory->n == pool->size || at == remembered ||
			group_read(group, at, header,
				layout->size_of_rte_mempool_objhdr) < 0 ||
			group_u64(header, layout->rte_mempool_objhdr_mp) != pool->address)
			return -EBADMSG;
		if (++steps == power) {
			remembered = at;
			power *= 2;
			steps = 0;
		}
		inventory->addresses[inventory->n++] =
			at + layout->size_of_rte_mempool_objhdr;
		at = group_u64(header, layout->rte_mempool_objhdr_next);
	}
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	return *one < *other ? -1 : *one > *other;
}

/* The list is in the order of addresses, but for its pieces of memory. */
static void
sort(struct inventory *inventory)
{
	const uint64_t *addresses = inventory->addresses;
	size_t i;

	for (i = 1; i < inventory->n; i++)
		if (addresses[i - 1] > addresses[i])
			break;
	if (i < inventory->n)
		qsort(inventory->addresses, inventory->n, sizeof(addresses[0]), compare);
	if (inventory->n > 0) {
		inventory->from = addresses[0];
		inventory->span = addresses[inventory->n - 1] - addresses[0] + 1;
	}
}

int
inventory_open(const struct group *group, const struct pool *pool, struct spots *spots,
	struct inventory *inventory)
{
	size_t size = pool->size;
	void *memory;
	int ret;

	memset(inventory, 0, sizeof(*inventory));
	inventory->spots = spots;
	inventory->element_bytes = pool->element_bytes;
	if (size > OBJECTS_MAX)
		return -EBADMSG;
	if (size == 0)
		return pool->elements == 0 ? 0 : -EBADMSG;
	inventory->room =
		size * (sizeof(inventory->addresses[0]) + sizeof(inventory->at[0]));
	memory = mmap(NULL, inventory->room, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	inventory->addresses = memory;
	inventory->at = (uint32_t *)(inventory->addresses + size);
	ret = read_list(group, pool, inventory);
	if (ret < 0) {
		inventory_close(inventory);
		return ret;
	}
	sort(inventory);
	inventory->n_left = inventory->n;
	return 0;
}

void
inventory_close(struct inventory *inventory)
{
	if (inventory->addresses != NULL)
		munmap(inventory->addresses, inventory->room);
	memset(inventory, 0, sizeof(*inventory));
}

/* How many objects begin at an address or before it. */
static size_t
count_up_to(const struct inventory *inventory, uint64_t address)
{
	size_t low = 0, high = inventory->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (inventory->addresses[middle] <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
inventory_find(const struct inventory *inventory, uint64_t address)
{
	size_t n;

	if (address - inventory->from >= inventory->span || address % ALIGNED != 0)
		return SIZE_MAX;
	n = count_up_to(inventory, address);
	return n > 0 && inventory->addresses[n - 1] == address ? n - 1 : SIZE_MAX;
}

size_t
inventory_within(const struct inventory *inventory, uint64_t address)
{
	size_t n = count_up_to(inventory, address);

	return n > 0 && address - inventory->addresses[n - 1] < inventory->element_bytes
		? n - 1
		: SIZE_MAX;
}

/* Put an object at the place with an index. */
static void
put(struct inventory *inventory, size_t i, uint32_t index)
{
	if (inventory->at[i] != SPOTS_NOWHERE || index == SPOTS_NOWHERE)
		return;
	inventory->at[i] = inventory->is_again ? SPOTS_MOVING : index;
	inventory->n_left--;
}

void
inventory_put(struct inventory *inventory, size_t index, const struct spot *spot)
{
	if (inventory->at[index] == SPOTS_NOWHERE)
		put(inventory, index, spots_index(inventory->spots, spot));
}

void
inventory_scan(struct inventory *inventory, const uint64_t *words, size_t n,
	const struct spot *spot)
{
	const uint64_t from = inventory->from, span = inventory->span;
	uint32_t index = SPOTS_NOWHERE;
	size_t i, found;

	for (i = 0; i < n; i++) {
		/* Most words are no addresses of these. */
		if (words[i] - from >= span)
			continue;
		found = inventory_find(inventory, words[i]);
		if (found == SIZE_MAX || inventory->at[found] != SPOTS_NOWHERE)
			continue;
		if (index == SPOTS_NOWHERE)
			index = spots_index(inventory->spots, spot);
		put(inventory, found, index);
	}
}

void
inventory_seek(uint64_t address, const uint64_t *words, size_t n, void *ctx)
{
	const struct seek *seek = ctx;

	(void)address;
	inventory_scan(seek->inventory, words, n, &seek->spot);
}

void
inventory_count(const struct inventory *inventory)
{
	struct spots *spots = inventory->spots;
	size_t i;

	for (i = 0; i < spots->n; i++)
		spots->all[i].objects = 0;
	for (i = 0; i < inventory->n; i++)
		spots->all[inventory->at[i]].objects++;
}

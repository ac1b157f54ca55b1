/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads where a pointer leads. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "outside/follow.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/mappings.h"
#include "outside/pages.h"

/* Bytes of pages that are copied at once. */
#define BLOCK (1 << 16)

static int
add_own(struct follow *follow, uint64_t from, uint64_t bytes)
{
	struct follow_range *own = array_grow(follow->own, follow->n_own, sizeof(*own));

	if (own == NULL)
		return -ENOMEM;
	follow->own = own;
	own[follow->n_own].from = from;
	own[follow->n_own++].to = bytes < UINT64_MAX - from ? from + bytes : UINT64_MAX;
	return 0;
}

int
follow_open(const struct group *group, struct follow *follow)
{
	const struct layout *layout = group->layout;
	uint64_t at = group->config + layout->rte_mem_config_memsegs, base;
	unsigned int i;
	char list[256];
	int ret = 0;

	memset(follow, 0, sizeof(*follow));
	follow->group = group;
	for (i = 0; i < layout->max_memseg_lists && ret == 0;
		i++, at += layout->size_of_rte_memseg_list) {
		if (layout->size_of_rte_memseg_list > sizeof(list) ||
			group_read(group, at, list, layout->size_of_rte_memseg_list) < 0)
			break;
		base = group_u64(list, layout->rte_memseg_list_base_va);
		if (base != 0 && group_u32(list, layout->rte_memseg_list_external) == 0)
			ret = add_own(follow, base,
				group_u64(list, layout->rte_memseg_list_len));
	}
	if (ret < 0)
		follow_close(follow);
	return ret;
}

void
follow_close(struct follow *follow)
{
	free(follow->own);
	mappings_free(&follow->mappings);
	memset(follow, 0, sizeof(*follow));
}

bool
follow_is_own(const struct follow *follow, uint64_t address)
{
	size_t i;

	for (i = 0; i < follow->n_own; i++)
		if (address >= follow->own[i].from && address < follow->own[i].to)
			return true;
	return false;
}

struct copy {
	const struct group *group;
	uint64_t from, to;
	char *buf;
	bool is_whole;
};

static bool
copy_pages(uint64_t address, size_t bytes, void *ctx)
{
	struct copy *copy = ctx;
	uint64_t from = address > copy->from ? address : copy->from;
	uint64_t to = address + bytes < copy->to ? address + bytes : copy->to;

	if (from < to &&
		group_read(copy->group, from, copy->buf + (from - copy->from),
			to - from) < 0)
		copy->is_whole = false;
	return copy->is_whole;
}

/* Copy what lies in private memory, or in a file: its pages that are there. */
static int
read_pages(const struct follow *follow, uint64_t address, void *buf, size_t size)
{
	struct copy copy = {
		.group = follow->group,
		.from = address,
		.to = address + size,
		.buf = buf,
		.is_whole = true,
	};
	uint64_t page = sysconf(_SC_PAGESIZE);

	memset(buf, 0, size);
	if (pages_walk(follow->group->source.pid, address & ~(page - 1),
		    (copy.to + page - 1) & ~(page - 1), BLOCK, copy_pages, &copy) < 0)
		return -EFAULT;
	return copy.is_whole ? 0 : -EFAULT;
}

int
follow_read_mappings(struct follow *follow)
{
	int ret;

	if (follow->has_mappings)
		return 0;
	if (follow->group->kind != GROUP_PROCESS)
		return -ENOTSUP;
	ret = mappings_read(follow->group->source.pid, &follow->mappings);
	follow->has_mappings = ret == 0;
	return ret;
}

int
follow_read(struct follow *follow, uint64_t address, void *buf, size_t size)
{
	const struct mapping *mapping;
	uint64_t at;

	if (size == 0)
		return 0;
	if (address > UINT64_MAX - size)
		return -EFAULT;
	if (follow->group->kind != GROUP_PROCESS ||
		(follow_is_own(follow, address) &&
			follow_is_own(follow, address + size - 1)))
		return group_read(follow->group, address, buf, size) < 0 ? -EFAULT : 0;
	if (follow_read_mappings(follow) < 0)
		return -EFAULT;
	for (at = address; at < address + size; at = mapping->to) {
		mapping = mappings_find(&follow->mappings, at);
		if (mapping == NULL || mapping->kind == MAPPING_CLOSED)
			return -EFAULT;
	}
	return read_pages(follow, address, buf, size);
}

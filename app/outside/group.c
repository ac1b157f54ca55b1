/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the configuration of a DPDK group, and walks its tail queues. */

#include <errno.h>
#include <limits.h>
#include <search.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_eal_memconfig.h>
#include <rte_memory.h>
#include <rte_tailq.h>

#include "host/maps.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/source.h"

/* A longer list is none. */
#define OBJECTS_MAX 65536

/* A file, and where it is mapped: 0 if nowhere. */
struct search {
	const char *path;
	uint64_t address;
};

static bool
find_mapping(const struct host_mapping *mapping, void *ctx)
{
	struct search *search = ctx;

	if (!mapping->deleted && strcmp(mapping->path, search->path) == 0)
		search->address = mapping->from;
	return search->address == 0;
}

/* What says its release, then what the layout of that release finds. */
static int
read_layout(struct group *group)
{
	uint64_t address;
	uint32_t magic;

	if (source_read(&group->source, group->config + LAYOUT_MAGIC, &magic,
		    sizeof(magic)) < 0 ||
		source_read(&group->source, group->config + LAYOUT_VERSION,
			&group->version, sizeof(group->version)) < 0 ||
		magic != LAYOUT_MAGIC_VALUE)
		return -EBADMSG;
	group->layout = layout_of(group->version);
	if (group->layout == NULL)
		return -EPROTO;
	if (source_read(&group->source,
		    group->config + group->layout->rte_mem_config_mem_cfg_addr, &address,
		    sizeof(address)) < 0 ||
		address != group->config)
		return -EBADMSG;
	return 0;
}

int
group_open_own(struct group *group)
{
	char path[600], real[PATH_MAX];
	struct search search = { .path = real };

	memset(group, 0, sizeof(*group));
	group->source.pid = getpid();
	snprintf(path, sizeof(path), "%s/config", rte_eal_get_runtime_dir());
	/* /proc has the path without links: /var/run is one. */
	if (realpath(path, real) == NULL)
		return -ENOENT;
	host_walk_maps(getpid(), find_mapping, &search);
	group->config = search.address;
	if (group->config == 0)
		return -ENOENT;
	return read_layout(group);
}

int
group_memory(const struct group *group, uint64_t *bytes)
{
	struct rte_memseg_list list;
	unsigned int i;

	*bytes = 0;
	for (i = 0; i < RTE_MAX_MEMSEG_LISTS; i++) {
		uint64_t at = group->config + group->layout->rte_mem_config_memsegs +
			i * sizeof(list);

		if (source_read(&group->source, at, &list, sizeof(list)) < 0 ||
			list.memseg_arr.count > list.memseg_arr.len)
			return -EBADMSG;
		if (list.external == 0)
			*bytes += list.page_sz * list.memseg_arr.count;
	}
	return 0;
}

/* The address of the first entry of a tail queue, 0 if it is empty or not there. */
static int
find_tailq(const struct group *group, const char *tailq, uint64_t *first)
{
	struct rte_tailq_head heads[RTE_MAX_TAILQ];
	unsigned int i;

	*first = 0;
	if (source_read(&group->source,
		    group->config + group->layout->rte_mem_config_tailq_head, heads,
		    sizeof(heads)) < 0)
		return -EBADMSG;
	for (i = 0; i < RTE_MAX_TAILQ; i++)
		if (strncmp(heads[i].name, tailq, sizeof(heads[i].name)) == 0)
			*first = (uintptr_t)heads[i].tailq_head.tqh_first;
	return 0;
}

static int
compare_addresses(const void *a, const void *b)
{
	return a < b ? -1 : a > b;
}

static void
keep(void *address)
{
	(void)address;
}

/* Add an address to a tree of those that were visited; false if it is in it already. */
static bool
is_new(void **visited, uint64_t address)
{
	void *key = (void *)(uintptr_t)address;

	if (tfind(key, visited, compare_addresses) != NULL)
		return false;
	return tsearch(key, visited, compare_addresses) != NULL;
}

int
group_walk(const struct group *group, const char *tailq,
	void (*visit)(const struct group *group, uint64_t address, void *ctx), void *ctx)
{
	struct rte_tailq_entry entry;
	void *visited = NULL;
	unsigned int n = 0;
	uint64_t at;
	int ret = find_tailq(group, tailq, &at);

	for (; ret == 0 && at != 0; at = (uintptr_t)entry.next.tqe_next) {
		if (n++ == OBJECTS_MAX || !is_new(&visited, at) ||
			source_read(&group->source, at, &entry, sizeof(entry)) < 0)
			ret = -EBADMSG;
		else if (entry.data != NULL)
			visit(group, (uintptr_t)entry.data, ctx);
	}
	tdestroy(visited, keep);
	return ret;
}

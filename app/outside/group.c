/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Proves the configuration of a DPDK group, and walks its lists. */

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "outside/group.h"
#include "outside/layout.h"
#include "outside/source.h"
#include "outside/visited.h"

void
group_close(struct group *group)
{
	source_free(&group->source);
}

int
group_read(const struct group *group, uint64_t address, void *buf, size_t size)
{
	/* What is read stays the same, the source's open files do not. */
	return source_read((struct source *)&group->source, address, buf, size);
}

uint32_t
group_u32(const void *copy, uint32_t offset)
{
	uint32_t number;

	memcpy(&number, (const char *)copy + offset, sizeof(number));
	return number;
}

uint64_t
group_u64(const void *copy, uint32_t offset)
{
	uint64_t number;

	memcpy(&number, (const char *)copy + offset, sizeof(number));
	return number;
}

/*
 * Does the configuration say where it lies, and are its memzones where this layout has
 * them? One that is in no file (--in-memory) does not say where it lies.
 */
static bool
is_right(const struct group *group, uint64_t config)
{
	const struct layout *layout = group->layout;
	uint64_t address;
	char name[8];

	return group_read(group, config + layout->rte_mem_config_mem_cfg_addr, &address,
		       sizeof(address)) == 0 &&
		(address == config || address == 0) &&
		group_read(group,
			config + layout->rte_mem_config_memzones +
				layout->rte_fbarray_name,
			name, sizeof(name)) == 0 &&
		memcmp(name, "memzone", sizeof(name)) == 0;
}

int
group_prove(struct group *group, uint64_t config, char *error, size_t size)
{
	uint32_t head[2]; /* LAYOUT_MAGIC, LAYOUT_VERSION */

	if (group_read(group, config, head, sizeof(head)) < 0 ||
		head[0] != LAYOUT_MAGIC_VALUE) {
		snprintf(error, size, "the memory of this group is not DPDK's any more");
		return -EBADMSG;
	}
	group->version = head[1];
	group->layout = layout_of(group->version);
	if (group->layout == NULL) {
		snprintf(error, size, "DPDK %u.%02u is not known to this mpsh",
			group->version >> 24, group->version >> 16 & 255);
		return -EPROTO;
	}
	if (!is_right(group, config)) {
		snprintf(error, size,
			"this DPDK %u.%02u was built otherwise than this mpsh knows it",
			group->version >> 24, group->version >> 16 & 255);
		return -EBADMSG;
	}
	group->config = config;
	return 0;
}

int
group_memory(const struct group *group, uint64_t *bytes)
{
	const struct layout *layout = group->layout;
	char list[256];
	unsigned int i;

	*bytes = 0;
	if (layout->size_of_rte_memseg_list > sizeof(list))
		return -EBADMSG;
	for (i = 0; i < layout->max_memseg_lists; i++) {
		const char *array = list + layout->rte_memseg_list_memseg_arr;
		uint64_t at = group->config + layout->rte_mem_config_memsegs +
			(uint64_t)i * layout->size_of_rte_memseg_list;
		uint32_t count;

		if (group_read(group, at, list, layout->size_of_rte_memseg_list) < 0)
			return -EBADMSG;
		count = group_u32(array, layout->rte_fbarray_count);
		if (count > group_u32(array, layout->rte_fbarray_len))
			return -EBADMSG;
		if (group_u32(list, layout->rte_memseg_list_external) == 0)
			*bytes +=
				group_u64(list, layout->rte_memseg_list_page_sz) * count;
	}
	return 0;
}

/* The address of the first entry of a tail queue, 0 if it is empty or not there. */
static int
find_tailq(const struct group *group, const char *tailq, uint64_t *first)
{
	const struct layout *layout = group->layout;
	char head[64], name[33];
	unsigned int i;

	*first = 0;
	for (i = 0; i < layout->max_tailq; i++) {
		uint64_t at = group->config + layout->rte_mem_config_tailq_head +
			(uint64_t)i * layout->size_of_rte_tailq_head;

		if (layout->size_of_rte_tailq_head > sizeof(head) ||
			group_read(group, at, head, layout->size_of_rte_tailq_head) < 0)
			return -EBADMSG;
		snprintf(name, sizeof(name), "%.32s", head + layout->rte_tailq_head_name);
		if (strcmp(name, tailq) == 0)
			*first = group_u64(head, layout->rte_tailq_head_tailq_head);
	}
	return 0;
}

int
group_walk(const struct group *group, const char *tailq,
	void (*visit)(const struct group *group, uint64_t address, void *ctx), void *ctx)
{
	const struct layout *layout = group->layout;
	char entry[64];
	struct visited visited = { 0 };
	unsigned int n = 0;
	uint64_t at, data;
	int ret = find_tailq(group, tailq, &at);

	if (layout->size_of_rte_tailq_entry > sizeof(entry))
		ret = -EBADMSG;
	while (ret == 0 && at != 0) {
		if (n++ == GROUP_LIST_MAX || !visited_add(&visited, at) ||
			group_read(group, at, entry, layout->size_of_rte_tailq_entry) <
				0) {
			ret = -EBADMSG;
			break;
		}
		data = group_u64(entry, layout->rte_tailq_entry_data);
		if (data != 0)
			visit(group, data, ctx);
		at = group_u64(entry, layout->rte_tailq_entry_next);
	}
	visited_free(&visited);
	return ret;
}

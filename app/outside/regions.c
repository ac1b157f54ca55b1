/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the memory that makes a group. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "host/maps.h"
#include "outside/extents.h"
#include "outside/fbarray.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/pages.h"
#include "outside/regions.h"

struct search {
	const struct group *group;
	/* What the group's lists name: all of it; of that what is to be read, and what is
	 * to be read where a page is present. */
	struct extents named, read, asked;
	struct extents mapped; /* memory of the process that is no device's */
	bool small;            /* the list of pages that is walked has pages of 4 KiB */
	int ret;
};

/* Add a stretch in whole pages. */
static void
add(struct search *search, struct extents *set, uint64_t from, uint64_t bytes)
{
	uint64_t begin = from & ~(uint64_t)(REGIONS_PAGE - 1);
	uint64_t end = from + bytes + REGIONS_PAGE - 1;

	if (bytes == 0 || end < from)
		return;
	if (extents_add(set, begin, end & ~(uint64_t)(REGIONS_PAGE - 1)) < 0)
		search->ret = -ENOMEM;
}

/*
 * What is in a file of the group's can be read as a whole. Without files (--in-memory,
 * --no-shconf) a page that was never written is not there.
 */
static struct extents *
set_of_arrays(struct search *search)
{
	return search->group->path[0] != '\0' ? &search->read : &search->asked;
}

static void
take_element(uint64_t address, uint32_t index, void *ctx)
{
	struct search *search = ctx;

	(void)index;
	add(search, set_of_arrays(search), address, 1);
}

static void
take_segment(uint64_t address, uint32_t index, void *ctx)
{
	struct search *search = ctx;
	const struct layout *layout = search->group->layout;
	char segment[128];
	uint64_t from, bytes;

	take_element(address, index, ctx);
	if (layout->size_of_rte_memseg > sizeof(segment) ||
		group_read(search->group, address, segment, layout->size_of_rte_memseg) <
			0)
		return;
	from = group_u64(segment, layout->rte_memseg_addr);
	bytes = group_u64(segment, layout->rte_memseg_len);
	add(search, &search->named, from, bytes);
	/* EAL has touched each hugepage; small pages are there when they were used. */
	add(search, search->small ? &search->asked : &search->read, from, bytes);
}

/* An array of EAL's: its elements in use, and the mask that says which they are. */
static int
take_array(struct search *search, uint64_t address,
	void (*take)(uint64_t address, uint32_t index, void *ctx))
{
	struct fbarray array;
	uint64_t mask, elements;
	uint32_t words;

	if (fbarray_read(search->group, address, &array) < 0)
		return -EBADMSG;
	if (array.length == 0 || array.data == 0)
		return 0;
	mask = fbarray_mask(&array, &words);
	elements = (uint64_t)array.length * array.element_bytes;
	add(search, &search->named, array.data, mask + 8 * (uint64_t)words - array.data);
	add(search, set_of_arrays(search), array.data + elements,
		mask + 8 * (uint64_t)words - array.data - elements);
	return fbarray_walk(search->group, &array, take, search);
}

static int
take_list(struct search *search, uint64_t at)
{
	const struct layout *layout = search->group->layout;
	char list[256];

	if (layout->size_of_rte_memseg_list > sizeof(list) ||
		group_read(search->group, at, list, layout->size_of_rte_memseg_list) < 0)
		return -EBADMSG;
	/* External memory is not of EAL's: it may be a device's. */
	if (group_u64(list, layout->rte_memseg_list_base_va) == 0 ||
		group_u32(list, layout->rte_memseg_list_external) != 0)
		return 0;
	search->small = group_u64(list, layout->rte_memseg_list_page_sz) <=
		UINT64_C(16) * REGIONS_PAGE;
	return take_array(search, at + layout->rte_memseg_list_memseg_arr, take_segment);
}

static int
take_lists(struct search *search)
{
	const struct group *group = search->group;
	const struct layout *layout = group->layout;
	unsigned int i;
	int ret = take_array(
		search, group->config + layout->rte_mem_config_memzones, take_element);

	for (i = 0; i < layout->max_memseg_lists && ret == 0; i++)
		ret = take_list(search,
			group->config + layout->rte_mem_config_memsegs +
				(uint64_t)i * layout->size_of_rte_memseg_list);
	return ret;
}

/* Can this be EAL's memory? It is anonymous, or a file of the group's by its name. */
static bool
take_mapping(const struct host_mapping *mapping, void *ctx)
{
	struct search *search = ctx;
	const char *name = strrchr(mapping->path, '/');

	name = name != NULL ? name + 1 : mapping->path;
	if (!mapping->readable)
		return true;
	if (name[0] == '\0' || strncmp(mapping->path, "/memfd:", 7) == 0 ||
		strncmp(mapping->path, "/anon_hugepage", 14) == 0 ||
		strncmp(mapping->path, "/dev/zero", 9) == 0 ||
		strncmp(name, "fbarray_", 8) == 0 || strstr(name, "map_") != NULL)
		add(search, &search->mapped, mapping->from, mapping->to - mapping->from);
	return search->ret == 0;
}

static bool
take_present(uint64_t address, size_t bytes, void *ctx)
{
	struct search *search = ctx;

	add(search, &search->read, address, bytes);
	return search->ret == 0;
}

/* Of what is to be asked for, add what is present to what is read. */
static void
ask(struct search *search, const struct extents *asked)
{
	size_t i;

	for (i = 0; i < asked->n && search->ret == 0; i++) {
		int ret = pages_walk(search->group->source.pid, asked->all[i].from,
			asked->all[i].to, (size_t)1 << 40, take_present, search);

		if (ret < 0)
			search->ret = ret;
	}
}

static int
find_in_process(struct search *search, struct extents *loads)
{
	const struct group *group = search->group;
	uint64_t config_bytes = group->layout->size_of_rte_mem_config;
	struct extents asked = { 0 };
	int ret = take_lists(search);

	if (ret == 0 && !host_walk_all_maps(group->source.pid, take_mapping, search))
		ret = errno == ENOENT ? -ESRCH : -errno;
	if (ret < 0)
		return ret;
	extents_join(&search->named);
	extents_join(&search->mapped);
	extents_join(&search->asked);
	if (extents_both(&search->named, &search->mapped, loads) < 0 ||
		extents_both(&search->asked, &search->mapped, &asked) < 0)
		search->ret = -ENOMEM;
	/* The configuration was read, wherever it is. */
	add(search, loads, group->config, config_bytes);
	add(search, group->path[0] != '\0' ? &search->read : &asked, group->config,
		config_bytes);
	ask(search, &asked);
	extents_free(&asked);
	return search->ret;
}

/* The ranges of files, as far as the files go. */
static int
find_in_files(struct search *search, struct regions *regions)
{
	struct source *source = (struct source *)&search->group->source;
	size_t i;

	for (i = 0; i < source->n_ranges && search->ret == 0; i++) {
		const struct source_range *range = &source->ranges[i];
		int fd = source_open(source, range->file);
		uint64_t bytes = range->bytes;
		struct stat st;

		if (fd < 0 || fstat(fd, &st) < 0 || (uint64_t)st.st_size <= range->offset)
			continue;
		if (bytes > (uint64_t)st.st_size - range->offset)
			bytes = st.st_size - range->offset;
		add(search, &regions->loads, range->address, bytes);
		add(search, &search->read, range->address, bytes);
		/* Of a file that is a whole range, only its blocks. */
		if (range->offset == 0 && bytes == (uint64_t)st.st_size &&
			bytes > (uint64_t)st.st_blocks * 512)
			bytes = (uint64_t)st.st_blocks * 512;
		regions->needed += bytes;
	}
	return search->ret;
}

int
regions_find(const struct group *group, struct regions *regions, char *error, size_t size)
{
	struct search search = { .group = group };
	int ret;

	memset(regions, 0, sizeof(*regions));
	ret = group->kind == GROUP_PROCESS ? find_in_process(&search, &regions->loads)
					   : find_in_files(&search, regions);
	extents_join(&regions->loads);
	extents_join(&search.read);
	if (ret == 0)
		ret = extents_both(&search.read, &regions->loads, &regions->pieces);
	if (group->kind == GROUP_PROCESS)
		regions->needed = extents_bytes(&regions->pieces);
	extents_free(&search.named);
	extents_free(&search.read);
	extents_free(&search.asked);
	extents_free(&search.mapped);
	if (ret == -EBADMSG)
		snprintf(error, size, "the lists of pages of this group are damaged");
	else if (ret == -ESRCH)
		snprintf(error, size, "pid %d has ended meanwhile",
			(int)group->source.pid);
	else if (ret < 0)
		snprintf(error, size, "the memory of this group cannot be found: %s",
			strerror(-ret));
	if (ret < 0)
		regions_free(regions);
	return ret;
}

void
regions_free(struct regions *regions)
{
	extents_free(&regions->loads);
	extents_free(&regions->pieces);
}

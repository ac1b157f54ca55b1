/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the memory of a DPDK group in the files of its runtime directory and hugetlbfs.
 */

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "outside/fbarray.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/source.h"

#define SIZES_MAX 8 /* of pages; EAL knows 3 */

struct files {
	struct group *group;
	bool is_legacy, is_single; /* --legacy-mem, --single-file-segments */
	struct {
		uint64_t page_bytes;
		char dir[PATH_MAX]; /* where hugetlbfs is mounted, by EAL */
	} mounts[SIZES_MAX];
	unsigned int n_mounts;
	size_t n_memory; /* files with memory that are there */
	int ret;

	/* The list of pages that is read. */
	unsigned int list;
	uint64_t page_bytes;
};

/*
 * Say that bytes from an address on are in a file of the group's. Only what has the name
 * of such a file is read: these names come from others.
 */
static void
add_file(struct files *files, const char *path, uint64_t address, uint64_t bytes,
	uint64_t offset)
{
	struct source *source = &files->group->source;
	const char *name = strrchr(path, '/');
	struct stat st;
	ssize_t file;

	if (files->ret < 0 || bytes == 0 || name == NULL || lstat(path, &st) < 0 ||
		!S_ISREG(st.st_mode)) {
		files->group->n_missing++;
		return;
	}
	file = source_add_file(source, path);
	files->ret = file < 0 ? (int)file
			      : source_add_range(source, address, bytes, file, offset);
}

static bool
is_map_file(const struct files *files, const char *path)
{
	const char *name = strrchr(path, '/'), *prefix = files->group->prefix;
	size_t length = strlen(prefix);

	return name != NULL && strncmp(name + 1, prefix, length) == 0 &&
		strncmp(name + 1 + length, "map_", 4) == 0;
}

static void
add_memory(struct files *files, const char *path, uint64_t address, uint64_t bytes,
	uint64_t offset)
{
	size_t missing = files->group->n_missing;

	if (!is_map_file(files, path)) {
		files->group->n_missing++;
		return;
	}
	add_file(files, path, address, bytes, offset);
	if (files->group->n_missing == missing)
		files->n_memory++;
}

/* Call take with each record of a file of records, of which the last may be cut. */
static void
walk_records(struct files *files, const char *name, size_t bytes,
	void (*take)(struct files *files, const char *record))
{
	char path[PATH_MAX + 32], record[8192];
	struct stat st;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", files->group->path, name);
	if (bytes > sizeof(record) || lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	file = fopen(path, "re");
	if (file == NULL)
		return;
	while (fread(record, bytes, 1, file) == 1)
		take(files, record);
	fclose(file);
}

/* Where hugetlbfs is mounted, a record for each size of pages. */
static void
take_mount(struct files *files, const char *record)
{
	const struct layout *layout = files->group->layout;
	unsigned int n = files->n_mounts;

	if (n == SIZES_MAX || record[layout->hugepage_info_hugedir] != '/')
		return;
	files->mounts[n].page_bytes =
		group_u64(record, layout->hugepage_info_hugepage_sz);
	snprintf(files->mounts[n].dir, sizeof(files->mounts[n].dir), "%.*s",
		(int)sizeof(files->mounts[n].dir) - 1,
		record + layout->hugepage_info_hugedir);
	files->n_mounts++;
}

/* With --legacy-mem a record for each page says its address and its file. */
static void
take_page(struct files *files, const char *record)
{
	const struct layout *layout = files->group->layout;
	uint64_t address = group_u64(record, layout->hugepage_file_final_va);
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.*s", (int)sizeof(path) - 1,
		record + layout->hugepage_file_filepath);
	if (address != 0 && path[0] == '/')
		add_memory(files, path, address,
			group_u64(record, layout->hugepage_file_size), 0);
}

/* A page of a list is in a file of its own, or with the others of its list in one. */
static void
take_segment(uint64_t address, uint32_t index, void *ctx)
{
	struct files *files = ctx;
	const struct layout *layout = files->group->layout;
	const char *dir = "/dev/hugepages";
	char segment[128], path[PATH_MAX + 320];
	unsigned int i;

	if (layout->size_of_rte_memseg > sizeof(segment) ||
		group_read(files->group, address, segment, layout->size_of_rte_memseg) <
			0)
		return;
	for (i = 0; i < files->n_mounts; i++)
		if (files->mounts[i].page_bytes == files->page_bytes)
			dir = files->mounts[i].dir;
	/* eal_get_hugefile_path() and alloc_seg() in DPDK; from 26.07 on both numbers. */
	if (files->is_single)
		snprintf(path, sizeof(path), "%s/%smap_%u", dir, files->group->prefix,
			files->list);
	else if (layout->max_memseg_per_list == 0)
		snprintf(path, sizeof(path), "%s/%smap_%u_%u", dir, files->group->prefix,
			files->list, index);
	else
		snprintf(path, sizeof(path), "%s/%smap_%" PRIu64, dir,
			files->group->prefix,
			(uint64_t)files->list * layout->max_memseg_per_list + index);
	add_memory(files, path, group_u64(segment, layout->rte_memseg_addr),
		group_u64(segment, layout->rte_memseg_len),
		files->is_single ? index * files->page_bytes : 0);
}

/* An array of EAL's is in a file of its name. Returns whether it is there. */
static bool
add_array(struct files *files, uint64_t address, struct fbarray *array)
{
	char path[PATH_MAX + FBARRAY_NAME_BYTES + 32];
	size_t missing = files->group->n_missing;
	struct stat st;

	if (fbarray_read(files->group, address, array) < 0 || array->length == 0 ||
		strchr(array->name, '/') != NULL)
		return false;
	snprintf(path, sizeof(path), "%s/fbarray_%s", files->group->path, array->name);
	if (lstat(path, &st) < 0) {
		files->group->n_missing++;
		return false;
	}
	add_file(files, path, array->data, st.st_size, 0);
	return files->group->n_missing == missing;
}

static void
add_list(struct files *files, unsigned int i)
{
	const struct layout *layout = files->group->layout;
	uint64_t at = files->group->config + layout->rte_mem_config_memsegs +
		(uint64_t)i * layout->size_of_rte_memseg_list;
	struct fbarray array;
	char list[256];

	if (layout->size_of_rte_memseg_list > sizeof(list) ||
		group_read(files->group, at, list, layout->size_of_rte_memseg_list) < 0 ||
		group_u64(list, layout->rte_memseg_list_base_va) == 0 ||
		group_u32(list, layout->rte_memseg_list_external) != 0 ||
		!add_array(files, at + layout->rte_memseg_list_memseg_arr, &array))
		return;
	files->list = i;
	files->page_bytes = group_u64(list, layout->rte_memseg_list_page_sz);
	if (!files->is_legacy)
		fbarray_walk(files->group, &array, take_segment, files);
}

/* Read the configuration's address out of its file, and have it read by that. */
static int
open_config(struct group *group, char *error, size_t size)
{
	char path[PATH_MAX + 32], head[8];
	const struct layout *layout;
	uint64_t address = 0;
	ssize_t file;
	int fd;

	snprintf(path, sizeof(path), "%s/config", group->path);
	file = source_add_file(&group->source, path);
	fd = file < 0 ? (int)file : source_open(&group->source, file);
	if (fd < 0) {
		snprintf(error, size, "%s cannot be read: %s", path, strerror(-fd));
		return fd;
	}
	layout = pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head)
		? layout_of(group_u32(head, LAYOUT_VERSION))
		: NULL;
	/* Without a layout group_prove() says what is wrong. */
	if (layout != NULL &&
		pread(fd, &address, sizeof(address),
			layout->rte_mem_config_mem_cfg_addr) != (ssize_t)sizeof(address))
		address = 0;
	if (source_add_range(&group->source, address, 1 << 20, file, 0) < 0)
		return -ENOMEM;
	return group_prove(group, address, error, size);
}

static void
add_all(struct files *files)
{
	const struct group *group = files->group;
	const struct layout *layout = group->layout;
	struct fbarray memzones;
	uint32_t flags[2] = { 0 };
	unsigned int i;

	group_read(group, group->config + layout->rte_mem_config_legacy_mem, &flags[0],
		sizeof(flags[0]));
	group_read(group, group->config + layout->rte_mem_config_single_file_segments,
		&flags[1], sizeof(flags[1]));
	files->is_legacy = flags[0] != 0;
	files->is_single = flags[1] != 0;
	walk_records(files, "hugepage_info", layout->size_of_hugepage_info, take_mount);
	add_array(files, group->config + layout->rte_mem_config_memzones, &memzones);
	for (i = 0; i < layout->max_memseg_lists; i++)
		add_list(files, i);
	if (files->is_legacy)
		walk_records(
			files, "hugepage_data", layout->size_of_hugepage_file, take_page);
}

int
group_open_files(struct group *group, const char *dir, char *error, size_t size)
{
	struct files files = { .group = group };
	char *real;
	int ret;

	memset(group, 0, sizeof(*group));
	group->kind = GROUP_FILES;
	source_init(&group->source);
	real = realpath(dir, NULL);
	snprintf(group->path, sizeof(group->path), "%s", real != NULL ? real : dir);
	free(real);
	snprintf(group->prefix, sizeof(group->prefix), "%.255s",
		strrchr(group->path, '/') != NULL ? strrchr(group->path, '/') + 1 : "");
	ret = open_config(group, error, size);
	if (ret == 0) {
		add_all(&files);
		ret = files.ret;
		if (ret < 0)
			snprintf(error, size, "out of memory");
	}
	if (ret == 0 && files.n_memory == 0) {
		snprintf(error, size,
			"nothing is left of prefix %s: its hugepages were deleted",
			group->prefix);
		ret = -ENOENT;
	}
	if (ret < 0)
		group_close(group);
	return ret;
}

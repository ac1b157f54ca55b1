/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the memory of a DPDK group in the files of its runtime directory and hugetlbfs.
 */

#include <errno.h>
#include <fcntl.h>
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
#include "outside/salvage.h"
#include "outside/mounts.h"
#include "outside/source.h"

struct files {
	struct group *group;
	const struct salvage *left; /* files that are kept, NULL: those of their paths */
	bool is_legacy, is_single;  /* --legacy-mem, --single-file-segments */
	struct mounts mounts;
	size_t n_memory; /* files with memory that are there */
	int ret;

	/* The list of pages that is read. */
	unsigned int list;
	uint64_t page_bytes;
};

/* A file that the group names, and its path in this process. */
struct found {
	char path[PATH_MAX + 320];
	struct stat st;
};

/* Only a regular file is one of the group's: these names come from others. */
static bool
find_file(const struct files *files, const char *path, struct found *found)
{
	int fd;

	if (files->left == NULL) {
		snprintf(found->path, sizeof(found->path), "%s", path);
		return lstat(path, &found->st) == 0 && S_ISREG(found->st.st_mode);
	}
	fd = salvage_find(files->left, path);
	snprintf(found->path, sizeof(found->path), "/proc/self/fd/%d", fd);
	return fd >= 0 && fstat(fd, &found->st) == 0;
}

/* A file is named and is not there. */
static void
miss(struct files *files, const char *path)
{
	struct group *group = files->group;

	if (group->n_missing++ == 0)
		snprintf(group->missing, sizeof(group->missing), "%.*s", PATH_MAX - 1,
			path);
}

/* Say that bytes from an address on are in a file of the group's. */
static void
add_file(struct files *files, const char *path, uint64_t address, uint64_t bytes,
	uint64_t offset)
{
	struct source *source = &files->group->source;
	struct found found;
	ssize_t file;

	if (files->ret < 0 || bytes == 0 || !find_file(files, path, &found)) {
		miss(files, path);
		return;
	}
	file = source_add_file(source, found.path);
	files->ret = file < 0 ? (int)file
			      : source_add_range(source, address, bytes, file, offset);
}

static void
add_memory(struct files *files, const char *path, uint64_t address, uint64_t bytes,
	uint64_t offset)
{
	size_t missing = files->group->n_missing;

	if (!mounts_is_map_file(path, files->group->prefix)) {
		miss(files, path);
		return;
	}
	add_file(files, path, address, bytes, offset);
	if (files->group->n_missing == missing)
		files->n_memory++;
}

/* Open a file of the runtime directory. Returns its descriptor, or below 0. */
static int
open_named(const struct files *files, const char *name)
{
	char path[PATH_MAX + 32];
	struct found found;

	snprintf(path, sizeof(path), "%s/%s", files->group->path, name);
	if (!find_file(files, path, &found))
		return -1;
	return open(found.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

static void
find_mounts(struct files *files)
{
	int fd = open_named(files, "hugepage_info");

	if (fd < 0)
		return;
	mounts_read(files->group->layout, fd, &files->mounts);
	close(fd);
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

/* The last record may be cut. */
static void
find_pages(struct files *files)
{
	size_t bytes = files->group->layout->size_of_hugepage_file;
	int fd = open_named(files, "hugepage_data");
	char record[8192];
	off_t at;

	if (fd < 0)
		return;
	for (at = 0;
		bytes <= sizeof(record) && pread(fd, record, bytes, at) == (ssize_t)bytes;
		at += bytes)
		take_page(files, record);
	close(fd);
}

/* A page of a list is in a file of its own, or with the others of its list in one. */
static void
take_segment(uint64_t address, uint32_t index, void *ctx)
{
	struct files *files = ctx;
	const struct layout *layout = files->group->layout;
	const char *dir = mounts_dir(&files->mounts, files->page_bytes);
	char segment[128], path[PATH_MAX + 320];

	if (layout->size_of_rte_memseg > sizeof(segment) ||
		group_read(files->group, address, segment, layout->size_of_rte_memseg) <
			0)
		return;
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
	struct found found;

	if (fbarray_read(files->group, address, array) < 0 || array->length == 0 ||
		strchr(array->name, '/') != NULL)
		return false;
	snprintf(path, sizeof(path), "%s/fbarray_%s", files->group->path, array->name);
	if (!find_file(files, path, &found)) {
		miss(files, path);
		return false;
	}
	add_file(files, path, array->data, found.st.st_size, 0);
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
open_config(struct files *files, char *error, size_t size)
{
	struct group *group = files->group;
	char path[PATH_MAX + 32], head[8];
	const struct layout *layout;
	uint64_t address = 0;
	struct found found;
	ssize_t file;
	int fd;

	snprintf(path, sizeof(path), "%s/config", group->path);
	find_file(files, path, &found);
	file = source_add_file(&group->source, found.path);
	fd = file < 0 ? (int)file : source_open(&group->source, file);
	if (fd < 0) {
		if (fd == -ENOENT && access(group->path, F_OK) < 0)
			snprintf(error, size,
				"%s is not there: a runtime directory or a dump is "
				"looked "
				"at",
				group->path);
		else
			snprintf(error, size, "%s cannot be read: %s", path,
				strerror(-fd));
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
	find_mounts(files);
	add_array(files, group->config + layout->rte_mem_config_memzones, &memzones);
	for (i = 0; i < layout->max_memseg_lists; i++)
		add_list(files, i);
	if (files->is_legacy)
		find_pages(files);
}

/* Open the group with this path and prefix. */
static int
open_all(struct files *files, char *error, size_t size)
{
	struct group *group = files->group;
	int ret = open_config(files, error, size);

	if (ret == 0) {
		add_all(files);
		ret = files->ret;
		if (ret < 0)
			snprintf(error, size, "out of memory");
	}
	if (ret == 0 && files->n_memory == 0) {
		snprintf(error, size,
			"nothing is left of prefix %s: its hugepages were deleted",
			group->prefix);
		ret = -ENOENT;
	}
	if (ret < 0)
		group_close(group);
	return ret;
}

static void
begin(struct group *group, const char *dir)
{
	memset(group, 0, sizeof(*group));
	group->kind = GROUP_FILES;
	source_init(&group->source);
	snprintf(group->path, sizeof(group->path), "%s", dir);
	snprintf(group->prefix, sizeof(group->prefix), "%.255s",
		strrchr(group->path, '/') != NULL ? strrchr(group->path, '/') + 1 : "");
}

int
group_open_files(struct group *group, const char *dir, char *error, size_t size)
{
	struct files files = { .group = group };
	char *real = realpath(dir, NULL);

	begin(group, real != NULL ? real : dir);
	free(real);
	return open_all(&files, error, size);
}

int
group_open_salvage(struct group *group, const char *dir, const struct salvage *left,
	char *error, size_t size)
{
	struct files files = { .group = group, .left = left };

	begin(group, dir);
	group->is_dead = true;
	return open_all(&files, error, size);
}

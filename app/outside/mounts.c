/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads where a primary has its hugepages. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "outside/group.h"
#include "outside/layout.h"
#include "outside/mounts.h"

#define RECORD_MAX 8192

void
mounts_read(const struct layout *layout, int fd, struct mounts *mounts)
{
	size_t bytes = layout->size_of_hugepage_info;
	char record[RECORD_MAX];
	off_t at = 0;

	mounts->n = 0;
	for (; bytes <= sizeof(record) && mounts->n < MOUNTS_MAX &&
		pread(fd, record, bytes, at) == (ssize_t)bytes;
		at += bytes) {
		struct mount *mount = &mounts->all[mounts->n];

		if (record[layout->hugepage_info_hugedir] != '/')
			continue;
		mount->page_bytes = group_u64(record, layout->hugepage_info_hugepage_sz);
		snprintf(mount->dir, sizeof(mount->dir), "%.*s",
			(int)(bytes - layout->hugepage_info_hugedir),
			record + layout->hugepage_info_hugedir);
		mounts->n++;
	}
}

const char *
mounts_dir(const struct mounts *mounts, uint64_t page_bytes)
{
	unsigned int i;

	for (i = 0; i < mounts->n; i++)
		if (mounts->all[i].page_bytes == page_bytes)
			return mounts->all[i].dir;
	return "/dev/hugepages";
}

bool
mounts_is_map_file(const char *path, const char *prefix)
{
	const char *name = strrchr(path, '/');
	size_t length = strlen(prefix);

	name = name != NULL ? name + 1 : path;
	return strncmp(name, prefix, length) == 0 &&
		strncmp(name + length, "map_", 4) == 0;
}

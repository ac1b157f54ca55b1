/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Where a primary has its hugepages, by its file hugepage_info. Any thread. */

#ifndef MPSH_OUTSIDE_MOUNTS_H
#define MPSH_OUTSIDE_MOUNTS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct layout;

#define MOUNTS_MAX 8 /* sizes of pages; EAL knows 3 */

struct mounts {
	unsigned int n;
	struct mount {
		uint64_t page_bytes;
		char dir[PATH_MAX]; /* of hugetlbfs, as the primary sees it */
	} all[MOUNTS_MAX];
};

/* Read them from that file, open for reading. What is no path is left out. */
void mounts_read(const struct layout *layout, int fd, struct mounts *mounts);

/* The directory for pages of a size; EAL's default when it is not known. */
const char *mounts_dir(const struct mounts *mounts, uint64_t page_bytes);

/* Has this path the name of a file with hugepages of a prefix? */
bool mounts_is_map_file(const char *path, const char *prefix);

#endif

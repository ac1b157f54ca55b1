/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The hugepages of this host: sizes, mounts, free pages, and files that killed
 * primaries left behind. Any thread.
 */

#ifndef MPSH_HOST_HUGEPAGES_H
#define MPSH_HOST_HUGEPAGES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#define HOST_MIB (UINT64_C(1) << 20)

/* As EAL's MAX_HUGEPAGE_SIZES. */
#define HOST_PAGE_SIZES_MAX 3

struct host_huge_mount {
	char dir[PATH_MAX];
	uint64_t page_size; /* bytes */
};

struct host_hugepages {
	unsigned int n_mounts; /* as EAL would use: one for each page size */
	struct host_huge_mount mounts[HOST_PAGE_SIZES_MAX];
	bool is_mounted;     /* any hugetlbfs is mounted, even if not for --huge-dir */
	char any_dir[256];   /* where the first hugetlbfs is mounted */
	uint64_t free_bytes; /* EAL can take through mounts; left_bytes included */
	uint64_t left_bytes; /* in files that killed primaries left behind */
	uint64_t all_bytes;  /* reserved for the page sizes of mounts, free or not */
};

/* The kernel's default hugepage size in bytes; 0 if there is none. */
uint64_t host_page_size(void);

/* The reserved pages of a size in bytes; 0 if the kernel lacks the size. */
uint64_t host_pages(uint64_t page_size);

/*
 * How many pages of a size in bytes a process can get: the pages that are free and not
 * promised to other processes, and the pages that may be overcommitted.
 */
uint64_t host_free_pages(uint64_t page_size);

/* Is any hugetlbfs mounted? host_look_at_hugepages() says so too, but counts pages. */
bool host_hugetlbfs_is_mounted(void);

/*
 * Look at the mounts that EAL would use and at their pages. huge_dir is the value of
 * --huge-dir, or NULL. Files left behind, which take longer to find, are only counted
 * while fewer than needed bytes were found.
 */
void host_look_at_hugepages(
	const char *huge_dir, uint64_t needed, struct host_hugepages *hugepages);

#endif

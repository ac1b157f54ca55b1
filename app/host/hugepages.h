/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The hugepages of this host: sizes, mounts, what is free and what dead processes left.
 */

#ifndef MPSH_HOST_HUGEPAGES_H
#define MPSH_HOST_HUGEPAGES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#define HOST_MIB (UINT64_C(1) << 20)

/* EAL has room for three sizes of pages (MAX_HUGEPAGE_SIZES). */
#define HOST_PAGE_SIZES_MAX 3

struct host_huge_mount {
	char dir[PATH_MAX];
	uint64_t page_size; /* bytes */
};

struct host_hugepages {
	unsigned int n_mounts; /* as EAL would use them: one for each size of pages */
	struct host_huge_mount mounts[HOST_PAGE_SIZES_MAX];
	bool is_mounted;     /* some hugetlbfs is, --huge-dir or not */
	char any_dir[256];   /* where that is */
	uint64_t free_bytes; /* for EAL to take, through these mounts */
	uint64_t left_bytes; /* that part of them which killed primaries left behind */
	uint64_t all_bytes;  /* reserved, free or not, of their sizes */
};

/* The kernel's default size of hugepages in bytes, 0 without any. */
uint64_t host_page_size(void);

/* How many pages of a size (bytes) are reserved; 0 if the kernel has none such. */
uint64_t host_pages(uint64_t page_size);

/* How many pages a process can get: those that are free and not promised to others, and
 * those that may be overcommitted. */
uint64_t host_free_pages(uint64_t page_size);

/*
 * Look at the mounts that EAL would use with this --huge-dir (NULL without) and at their
 * pages. needed: stop counting when so many bytes are found, the rest is dearer to find.
 */
void host_look_at_hugepages(
	const char *huge_dir, uint64_t needed, struct host_hugepages *hugepages);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The files of a prefix's hugepages (PREFIXmap_N in hugetlbfs): whether those that can be
 * seen are those that its primary uses, and who holds them. Main thread.
 */

#ifndef MPSH_HOST_MAP_FILES_H
#define MPSH_HOST_MAP_FILES_H

#include <stdbool.h>
#include <sys/types.h>

struct host_hugepages;

enum host_map_files {
	HOST_MAPS_SAME,
	HOST_MAPS_GONE,      /* removed, or others have their names */
	HOST_MAPS_ELSEWHERE, /* on a mount that this process does not see */
	HOST_MAPS_UNKNOWN,   /* what the process has mapped cannot be read */
};

/* Are the files that the process pid has mapped those that have their names here? */
enum host_map_files host_look_at_map_files(pid_t pid, const char *file_prefix);

/*
 * Has this process mapped only files that the process pid has mapped too? Those of its
 * own that the other has not, it has made itself in a start that went wrong: with removes
 * they are removed. Only mappings below the address end (0: all) are looked at. True also
 * when the maps of the other cannot be read.
 */
bool host_shares_map_files(
	pid_t pid, const char *file_prefix, uint64_t end, bool removes);

/*
 * Does a process hold files of the prefix on these mounts, as EAL does for a group's
 * pages, in whatever namespace it is? Tries by locking each for a moment. *pid gets the
 * process, 0 if it cannot be seen from here.
 */
bool host_map_files_are_held(
	const struct host_hugepages *hugepages, const char *file_prefix, pid_t *pid);

#endif

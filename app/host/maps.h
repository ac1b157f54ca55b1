/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a process has mapped, from /proc/PID/maps. Any thread. */

#ifndef MPSH_HOST_MAPS_H
#define MPSH_HOST_MAPS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct host_mapping {
	uint64_t from, to; /* addresses; to is the first one behind it */
	uint64_t offset;   /* of from in the file, in bytes */
	dev_t device;
	ino_t inode;
	bool readable, writable, executable, shared;
	bool deleted; /* the file of this name was removed, or another has it */
	/* As the kernel shows it, without links; "[heap]" and the like; or "". */
	char path[PATH_MAX];
};

/*
 * Call take(mapping, ctx) for each mapping of a file, until it returns false. take must
 * not change this process's own mappings. Returns false if the maps cannot be read, with
 * errno. host_walk_all_maps() also takes what is no file's.
 */
bool host_walk_maps(pid_t pid,
	bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx);
bool host_walk_all_maps(pid_t pid,
	bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx);

/*
 * As host_walk_maps(), for shared mappings of files with the text part in their paths,
 * below the address end (0: wherever). A process with DPDK's drivers has a thousand
 * mappings, those of its hugepages first: a walk to their end takes 15 us, to the end of
 * all 700; or 50 where the kernel passes over the private ones itself, from Linux
 * 6.11 on.
 */
bool host_walk_shared_maps(pid_t pid, const char *part, uint64_t end,
	bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx);

/*
 * Do a process's mappings have this text anywhere, such as a file's name? Much faster
 * than a walk. Returns 1 or 0, or a negative errno if they cannot be read.
 */
int host_maps_mention(pid_t pid, const char *text);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The files that a process has mapped, from /proc/PID/maps. Any thread. */

#ifndef MPSH_HOST_MAPS_H
#define MPSH_HOST_MAPS_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct host_mapping {
	uint64_t from, to; /* addresses; to is the first one behind it */
	dev_t device;
	ino_t inode;
	bool deleted;        /* the file of this name was removed, or another has it */
	char path[PATH_MAX]; /* as the kernel shows it: without links */
};

/*
 * Call take(mapping, ctx) for each mapping of a file, until it returns false. take must
 * not change this process's own mappings. Returns false if the maps cannot be read.
 */
bool host_walk_maps(pid_t pid,
	bool (*take)(const struct host_mapping *mapping, void *ctx), void *ctx);

#endif

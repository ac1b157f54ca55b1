/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which processes hold locks on files of a DPDK group, or have them open. */

#ifndef MPSH_HOST_HOLDERS_H
#define MPSH_HOST_HOLDERS_H

#include <stdbool.h>
#include <sys/types.h>

struct file_id {
	dev_t device;
	ino_t inode;
};

#define HOST_HOLDERS_MAX 32

/* Processes, this one not among them, each once. */
struct host_holders {
	unsigned int n;
	pid_t pids[HOST_HOLDERS_MAX];
};

/*
 * Has any process locked the lists of memory which a new primary must make anew? Takes
 * each list's lock for a moment to see, so only where no primary is.
 */
bool host_lists_are_held(const char *runtime_dir);

/*
 * Add those that have locked the lists of memory which a new primary must make anew.
 * While a primary lives these are its secondaries; afterwards they are in the next one's
 * way. To read /proc/locks takes some 10 ms: it stops all who lock meanwhile.
 */
void host_find_lock_holders(const char *runtime_dir, struct host_holders *holders);

/*
 * The same by descriptor: finds what /proc/locks does not tell, a lock whose taker has
 * ended and left it to a child, and a file system whose device numbers differ there.
 * Looks at every process (some ms).
 */
void host_find_open_holders(const char *runtime_dir, struct host_holders *holders);
bool holders_is_among(
	const struct file_id *files, unsigned int n, dev_t device, ino_t inode);

/* The files of a directory whose names match; at most max. Returns how many. */
unsigned int holders_list_files(const char *dir, bool (*matches)(const char *name),
	struct file_id *files, unsigned int max);

/*
 * Go through the whole-file locks (flock) of the host: take(pid, device, inode, arg)
 * for each. Without /proc/locks there are none.
 */
void holders_walk_locks(
	void (*take)(pid_t pid, dev_t device, ino_t inode, void *arg), void *arg);

#endif

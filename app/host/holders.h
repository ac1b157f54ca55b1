/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Finds the processes that lock EAL's memory lists (fbarray_NAME in the runtime
 * directory) or have them open. A new primary must make these lists anew, and fails
 * while another process has them locked.
 */

#ifndef MPSH_HOST_HOLDERS_H
#define MPSH_HOST_HOLDERS_H

#include <stdbool.h>
#include <sys/types.h>

struct file_id {
	dev_t device;
	ino_t inode;
};

#define HOST_HOLDERS_MAX 32

/* A set of processes, without the calling one. Any beyond HOST_HOLDERS_MAX are lost. */
struct host_holders {
	unsigned int n;
	pid_t pids[HOST_HOLDERS_MAX];
};

/*
 * Does any process hold a lock on the lists? Tries by taking each list's lock for a
 * moment, so call it only while there is no primary.
 */
bool host_lists_are_held(const char *runtime_dir);

/*
 * Add the processes that have locked the lists. While a primary lives they are its
 * secondaries; after its death they keep a new primary from starting. Reading
 * /proc/locks takes some 10 ms, in which no process of the host can lock a file.
 */
void host_find_lock_holders(const char *runtime_dir, struct host_holders *holders);

/*
 * Add the processes that have the lists open. Finds holders that /proc/locks does not
 * show: a child that inherited the lock of a process that has ended, and any holder on
 * a file system whose device numbers differ in /proc/locks. Looks at every process,
 * which takes a few ms.
 */
void host_find_open_holders(const char *runtime_dir, struct host_holders *holders);

/* Is this file one of the n files? */
bool holders_is_among(
	const struct file_id *files, unsigned int n, dev_t device, ino_t inode);

/* List the files of dir whose names match, at most max. Returns their number. */
unsigned int holders_list_files(const char *dir, bool (*matches)(const char *name),
	struct file_id *files, unsigned int max);

/*
 * Call take(pid, device, inode, arg) for each whole-file lock (flock) of the host. If
 * /proc/locks cannot be read, take is not called.
 */
void holders_walk_locks(
	void (*take)(pid_t pid, dev_t device, ino_t inode, void *arg), void *arg);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The locks of files on this host, from /proc/locks: no file is opened for it, so no
 * process loses one. Any thread.
 */

#ifndef MPSH_HOST_LOCKS_H
#define MPSH_HOST_LOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct host_lock {
	bool is_whole; /* flock(); else fcntl() */
	pid_t pid;
	dev_t device;
	ino_t inode;
};

struct host_locks {
	struct host_lock *all;
	size_t n;
};

/*
 * Read all locks that can be seen from here: not those of processes of a PID namespace
 * above this one. Without memory, or without /proc/locks, there are fewer or none.
 */
void host_read_locks(struct host_locks *locks);
void host_free_locks(struct host_locks *locks);

/* The process that has locked a file, with flock() or with fcntl(); 0: none. */
pid_t host_locker(
	const struct host_locks *locks, bool is_whole, dev_t device, ino_t inode);

/* Is it locked at all, if only by a process that has no pid here? */
bool host_is_locked(
	const struct host_locks *locks, bool is_whole, dev_t device, ino_t inode);

#endif

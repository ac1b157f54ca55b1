/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads /proc/locks. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

#include "base/array.h"
#include "host/locks.h"

static bool
parse_lock(const char *line, struct host_lock *lock)
{
	unsigned int major_number, minor_number;
	unsigned long long inode;
	char kind[8];
	int pid;

	if (sscanf(line, "%*d: %7s %*s %*s %d %x:%x:%llu", kind, &pid, &major_number,
		    &minor_number, &inode) != 5)
		return false;
	lock->is_whole = strcmp(kind, "FLOCK") == 0;
	lock->pid = pid;
	lock->device = makedev(major_number, minor_number);
	lock->inode = inode;
	return lock->is_whole || strcmp(kind, "POSIX") == 0;
}

static int
compare_files(const void *a, const void *b)
{
	const struct host_lock *one = a, *other = b;

	if (one->inode != other->inode)
		return one->inode < other->inode ? -1 : 1;
	if (one->device != other->device)
		return one->device < other->device ? -1 : 1;
	return (int)one->is_whole - (int)other->is_whole;
}

void
host_read_locks(struct host_locks *locks)
{
	struct host_lock lock, *larger;
	char line[256];
	FILE *file;

	memset(locks, 0, sizeof(*locks));
	file = fopen("/proc/locks", "re");
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (!parse_lock(line, &lock))
			continue;
		larger = array_grow(locks->all, locks->n, sizeof(lock));
		if (larger == NULL)
			break;
		locks->all = larger;
		locks->all[locks->n++] = lock;
	}
	fclose(file);
	if (locks->n > 0)
		qsort(locks->all, locks->n, sizeof(lock), compare_files);
}

void
host_free_locks(struct host_locks *locks)
{
	free(locks->all);
	memset(locks, 0, sizeof(*locks));
}

static const struct host_lock *
find_lock(const struct host_locks *locks, bool is_whole, dev_t device, ino_t inode)
{
	const struct host_lock wanted = {
		.is_whole = is_whole,
		.device = device,
		.inode = inode,
	};

	if (locks->n == 0)
		return NULL;
	return bsearch(&wanted, locks->all, locks->n, sizeof(wanted), compare_files);
}

pid_t
host_locker(const struct host_locks *locks, bool is_whole, dev_t device, ino_t inode)
{
	const struct host_lock *found = find_lock(locks, is_whole, device, inode);

	return found != NULL ? found->pid : 0;
}

bool
host_is_locked(const struct host_locks *locks, bool is_whole, dev_t device, ino_t inode)
{
	return find_lock(locks, is_whole, device, inode) != NULL;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What dead DPDK groups left on this host. Any thread. */
/*
 * What a primary leaves when it ends: its files, opened in the moment of its end and kept
 * for as long as they are read. While it lives only their directories are held: a living
 * primary cannot give back a page whose file another process has locked. Any thread.
 */

#ifndef MPSH_OUTSIDE_LEFT_H
#define MPSH_OUTSIDE_LEFT_H

#include <jansson.h>

struct host_locks;
struct members;

/*
 * List it: [{prefix, directory, bytes, sockets, free}], where directory is null when
 * there are hugepages of it alone, bytes are those of hugepages that no process has
 * locked, sockets are those that nobody reads, and free is the line that frees both.
 * *empty gets the number of directories with neither. Returns a new array.
 */
json_t *left_list(const struct members *members, const struct host_locks *locks,
	unsigned int *empty);
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct group;
struct left;

/*
 * Hold the directories of the group of a runtime directory, as its processes see it; pid
 * is one of them, of which the mounts are looked at, or 0 for those of this process.
 * Returns 0, or a negative errno with one line in error. left_free() it then.
 */
int left_hold(struct left **left, const struct group *group, pid_t pid, char *error,
	size_t size);
void left_free(struct left *left);

/* Are there files with hugepages now, which the primary would leave? */
bool left_has_pages(const struct left *left);

/*
 * The primary has ended: open its files. Those with its hugepages are locked as EAL
 * locks those in use, where that is no harm to another primary of this prefix; the others
 * are copied, which that one would write over. Returns 0 or -ENOMEM.
 */
int left_take(struct left *left);

/* The descriptor of a file by its path as the primary had it, -1: it was not there. */
int left_find(const struct left *left, const char *path);

#endif

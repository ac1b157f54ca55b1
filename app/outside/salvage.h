/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What a primary leaves when it ends: its files, opened in the moment of its end and kept
 * for as long as they are read. While it lives only their directories are held: a living
 * primary cannot give back a page whose file another process has locked. Any thread.
 */

#ifndef MPSH_OUTSIDE_SALVAGE_H
#define MPSH_OUTSIDE_SALVAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct group;
struct salvage;

/*
 * Hold the directories of the group of a runtime directory, as its processes see it; pid
 * is one of them, of which the mounts are looked at, or 0 for those of this process.
 * Returns 0, or a negative errno with one line in error. salvage_free() it then.
 */
int salvage_hold(struct salvage **left, const struct group *group, pid_t pid, char *error,
	size_t size);
void salvage_free(struct salvage *left);

/* Are there files with hugepages now, which the primary would leave? */
bool salvage_has_pages(const struct salvage *left);

/*
 * The primary has ended: open its files. Those with its hugepages are locked as EAL
 * locks those in use, where that is no harm to another primary of this prefix; the others
 * are copied, which that one would write over. Returns 0 or -ENOMEM.
 */
int salvage_take(struct salvage *left);

/* The descriptor of a file by its path as the primary had it, -1: it was not there. */
int salvage_find(const struct salvage *left, const char *path);

#endif

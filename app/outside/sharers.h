/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The processes of a group that is looked at. Any thread. */

#ifndef MPSH_OUTSIDE_SHARERS_H
#define MPSH_OUTSIDE_SHARERS_H

#include <stddef.h>
#include <sys/types.h>

struct group;
struct member;
struct members;

/* Call take(member, ctx) for each of these members that is of the group, by their pids.
 */
void sharers_walk(const struct group *group, const struct members *members,
	void (*take)(const struct member *member, void *ctx), void *ctx);

/*
 * Find the processes that have mapped the group's configuration: *pids gets a new array
 * for the caller to free. A group without files is one process, a dump none. Returns
 * their number or -ENOMEM.
 */
ssize_t sharers_find(const struct group *group, pid_t **pids);

#endif

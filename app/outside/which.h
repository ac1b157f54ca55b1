/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which process to look at, for a group among all of this host. Any thread. */

#ifndef MPSH_OUTSIDE_WHICH_H
#define MPSH_OUTSIDE_WHICH_H

#include <stddef.h>
#include <sys/types.h>

struct members;

/*
 * The process by which a living group is looked at: its primary, or else the first of
 * its processes that can be read. first is the index of a member of it.
 */
pid_t which_of_group(const struct members *members, size_t first);

/* The index of the group whose runtime directory this is here; members->n: none lives. */
size_t which_in_directory(const struct members *members, const char *dir);

/*
 * Groups of a prefix, NULL: of any, wherever they have their directories. Returns their
 * number; *first gets the index of one.
 */
size_t which_with_prefix(
	const struct members *members, const char *prefix, size_t *first);

/* Write "foo, bar" into text, the prefixes that live, each once, cut to size bytes. */
void which_list_prefixes(const struct members *members, char *text, size_t size);

/* Write "pid 17 (lab) in /run/dpdk/foo, …" into text: the groups of a prefix. */
void which_list_groups(
	const struct members *members, const char *prefix, char *text, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The DPDK processes of this host, of all groups, in whatever namespaces they are. Found
 * by what they have mapped and how their threads are called: no file of theirs is opened.
 * Any thread.
 */

#ifndef MPSH_OUTSIDE_MEMBERS_H
#define MPSH_OUTSIDE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Mappings of EAL's and the program's variables; there are three or four. */
#define MEMBER_RANGES_MAX 16

struct member {
	pid_t pid;
	char command[16]; /* host_process_name() */

	/* Its mappings cannot be read: it is another user's, or this is a container. */
	bool is_unreadable;

	/*
	 * The configuration of its group: the runtime directory as the process sees it,
	 * on the heap, the file that is the same in all namespaces, and where it is
	 * mapped. dir is NULL when it has no multi-process, or cannot be read.
	 */
	char *dir;
	dev_t device;
	ino_t inode;
	uint64_t config;

	/* Where its variables are. */
	struct {
		uint64_t from, to;
	} ranges[MEMBER_RANGES_MAX];
	unsigned int n_ranges;
};

struct members {
	struct member *all; /* those of a group are neighbours, by pid */
	size_t n;
};

/* Find them. Returns 0 or -ENOMEM; free what was found with members_free(). */
int members_find(struct members *members);
void members_free(struct members *members);

/* Are both of the same group? One without multi-process is alone. */
bool members_share(const struct member *one, const struct member *other);

/* The number of those from this one on that are of its group, at least 1. */
size_t members_of_group(const struct members *members, size_t first);

/* The prefix of its group, which points into dir; NULL if it has none. */
const char *member_prefix(const struct member *member);

#endif

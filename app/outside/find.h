/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds rings and mempools by the names that commands are given. Any thread. */

#ifndef MPSH_OUTSIDE_FIND_H
#define MPSH_OUTSIDE_FIND_H

#include <stddef.h>

#include <jansson.h>

struct group;
struct pool;
struct ring;

/*
 * The ring, or the mempool, with the name that was typed, len bytes (text_name_bytes()).
 * Returns 0; or with one line in error -ENOENT: there is none, -EBADMSG: DPDK's list is
 * damaged, and it was not found in what can be read of it.
 */
int find_ring(const struct group *group, const char *typed, size_t len, struct ring *ring,
	char *error, size_t size);
int find_pool(const struct group *group, const char *typed, size_t len, struct pool *pool,
	char *error, size_t size);

/* Append the names of all of them, as commands take them (text_name()), to an array. */
void find_ring_names(const struct group *group, json_t *names);
void find_pool_names(const struct group *group, json_t *names);

#endif

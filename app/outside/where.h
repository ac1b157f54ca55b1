/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Where every object of a mempool is. */

#ifndef MPSH_OUTSIDE_WHERE_H
#define MPSH_OUTSIDE_WHERE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct group;

struct where_wish {
	const char *pool; /* the name as typed */
	size_t pool_length;
	/* Ends the search, any time; NULL: nothing does. */
	bool (*is_over)(void *ctx);
	void *ctx;
};

/*
 * Look for all objects of a pool: *result is the caller's: {pool, objects, processes,
 * unread, places}. processes is how many were searched, unread those that could not be;
 * places is spots_json(), whose objects are all of the pool's together. Takes 200 ms
 * longer where some are nowhere. Any thread. Returns 0; or with one line in error a
 * negative errno: -ENOENT: there is no such pool, -EBADMSG: its list is damaged, -EINTR:
 * it was over.
 */
int where_look(const struct group *group, const struct where_wish *wish, json_t **result,
	char *error, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The tail queues (sys/queue.h) of a process that have a static head, found by their
 * shape: a program without symbols has no name for them. For one thread.
 */

#ifndef MPSH_OUTSIDE_QUEUE_H
#define MPSH_OUTSIDE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct follow;

/* No queue that is looked for is longer. */
#define QUEUE_MAX 1024

/* What the entries look like, whose next and prev are their first two words. */
struct queue_shape {
	size_t bytes; /* of an entry that are copied */
	/* Can these be the bytes of one? */
	bool (*fits)(const void *entry, const void *ctx);
	const void *ctx;
};

/* One that was read from its head to its end. */
struct queue {
	char *entries; /* of bytes each, in their order */
	size_t n;      /* at least 1: an empty one cannot be known */
};

/*
 * Search the static data of the process that is read as follow->group, and call
 * take(queue, ctx) for each queue of this shape, until it returns false. Returns 0; or
 * -ENOTSUP: what is looked at is no process; -ENOMEM; the error of /proc.
 */
int queue_find(struct follow *follow, const struct queue_shape *shape,
	bool (*take)(const struct queue *queue, void *ctx), void *ctx);

#endif

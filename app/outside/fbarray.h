/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* EAL's arrays in shared memory (struct rte_fbarray). Any thread. */

#ifndef MPSH_OUTSIDE_FBARRAY_H
#define MPSH_OUTSIDE_FBARRAY_H

#include <stdint.h>

struct group;

#define FBARRAY_NAME_BYTES 64

struct fbarray {
	char name[FBARRAY_NAME_BYTES + 1];
	uint32_t count, length, element_bytes; /* elements in use, and in all */
	uint64_t data;                         /* address of the first element */
};

/*
 * Copy the array's header at this address. Returns 0, or -EBADMSG: it cannot be read, or
 * cannot be one.
 */
int fbarray_read(const struct group *group, uint64_t address, struct fbarray *array);

/* As fbarray_read(), from a header that was copied. */
int fbarray_parse(const struct group *group, const char *header, struct fbarray *array);

/*
 * Where the array's mask lies, which has a bit for each element in use in words of 64,
 * and how many words it has.
 */
uint64_t fbarray_mask(const struct fbarray *array, uint32_t *words);

/*
 * Call visit(address, index, ctx) for each element in use. No other is read. Returns 0,
 * or -EBADMSG when the mask cannot be read.
 */
int fbarray_walk(const struct group *group, const struct fbarray *array,
	void (*visit)(uint64_t address, uint32_t index, void *ctx), void *ctx);

#endif

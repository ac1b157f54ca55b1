/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Blocks of memory that are searched word by word. For one thread. */

#ifndef MPSH_OUTSIDE_BLOCKS_H
#define MPSH_OUTSIDE_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct source;

/* Bytes of a block at most. */
#define BLOCKS_BYTES (1 << 18)

struct blocks {
	uint64_t *words; /* BLOCKS_BYTES of shared memory, as in inventory.h */
	/* Ends a search that is not wanted any more; NULL: none does. */
	bool (*is_over)(void *ctx);
	void *ctx;
};

/* Returns 0 or -ENOMEM. blocks_free() them. */
int blocks_init(struct blocks *blocks);
void blocks_free(struct blocks *blocks);

/*
 * Call visit(address, words, n, ctx) with what lies from address from to to, in blocks of
 * whole words; of a process, pid not 0, only with pages that are there. What cannot be
 * read is left out.
 */
void blocks_walk(struct blocks *blocks, struct source *source, pid_t pid, uint64_t from,
	uint64_t to,
	void (*visit)(uint64_t address, const uint64_t *words, size_t n, void *ctx),
	void *ctx);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads blocks of memory. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include "outside/blocks.h"
#include "outside/pages.h"
#include "outside/source.h"

#define WORD sizeof(uint64_t)

struct walk {
	struct blocks *blocks;
	struct source *source;
	uint64_t from, to;
	void (*visit)(uint64_t address, const uint64_t *words, size_t n, void *ctx);
	void *ctx;
};

int
blocks_init(struct blocks *blocks)
{
	memset(blocks, 0, sizeof(*blocks));
	blocks->words = mmap(NULL, BLOCKS_BYTES, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (blocks->words != MAP_FAILED)
		return 0;
	blocks->words = NULL;
	return -ENOMEM;
}

void
blocks_free(struct blocks *blocks)
{
	if (blocks->words != NULL)
		munmap(blocks->words, BLOCKS_BYTES);
	blocks->words = NULL;
}

/* Visit what lies in these bytes, which are of pages that are there, and in the range. */
static bool
visit_block(uint64_t address, size_t bytes, void *ctx)
{
	struct walk *walk = ctx;
	struct blocks *blocks = walk->blocks;
	uint64_t from = address > walk->from ? address : walk->from;
	uint64_t to = address + bytes < walk->to ? address + bytes : walk->to;
	ssize_t n;

	if (from < to) {
		n = source_read_some(walk->source, from, blocks->words, to - from);
		if (n > 0)
			walk->visit(from, blocks->words, n / WORD, walk->ctx);
	}
	return blocks->is_over == NULL || !blocks->is_over(blocks->ctx);
}

void
blocks_walk(struct blocks *blocks, struct source *source, pid_t pid, uint64_t from,
	uint64_t to,
	void (*visit)(uint64_t address, const uint64_t *words, size_t n, void *ctx),
	void *ctx)
{
	uint64_t page = sysconf(_SC_PAGESIZE);
	struct walk walk = {
		.blocks = blocks,
		.source = source,
		.from = (from + WORD - 1) & ~(WORD - 1),
		.to = to & ~(WORD - 1),
		.visit = visit,
		.ctx = ctx,
	};

	if (pid != 0) {
		pages_walk(pid, from & ~(page - 1), to, BLOCKS_BYTES, visit_block, &walk);
		return;
	}
	for (from = walk.from; from < walk.to; from += BLOCKS_BYTES)
		if (!visit_block(from, BLOCKS_BYTES, &walk))
			break;
}

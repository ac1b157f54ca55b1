/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The pages of a process that are there. Reading one that is not would make it: a page of
 * zeros is mapped then, and the process's page tables grow. Any thread.
 */

#ifndef MPSH_OUTSIDE_PAGES_H
#define MPSH_OUTSIDE_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Call visit(address, bytes, ctx) for the pages from address from to to that are in
 * memory or in swap, up to most bytes of neighbours at once, until it returns false.
 * Returns 0; or a negative errno if the process's page map cannot be read.
 */
int pages_walk(pid_t pid, uint64_t from, uint64_t to, size_t most,
	bool (*visit)(uint64_t address, size_t bytes, void *ctx), void *ctx);

#endif

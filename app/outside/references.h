/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Objects of a mempool to which the private memory of processes refers. For one thread.
 */

#ifndef MPSH_OUTSIDE_REFERENCES_H
#define MPSH_OUTSIDE_REFERENCES_H

#include <sys/types.h>

struct blocks;
struct follow;
struct inventory;

/*
 * Search what a process has written to its private memory, of stacks what is in use, for
 * the addresses of objects that are nowhere so far. The group's own memory, which may be
 * private too, is left out; follow says where it is. Returns 0, or a negative errno: the
 * process cannot be read.
 */
int references_find(struct inventory *inventory, struct blocks *blocks,
	const struct follow *follow, pid_t pid);

#endif

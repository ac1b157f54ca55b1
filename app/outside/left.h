/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What dead DPDK groups left on this host. Any thread. */

#ifndef MPSH_OUTSIDE_LEFT_H
#define MPSH_OUTSIDE_LEFT_H

#include <jansson.h>

struct host_locks;
struct members;

/*
 * List it: [{prefix, directory, bytes, sockets, free}], where directory is null when
 * there are hugepages of it alone, bytes are those of hugepages that no process has
 * locked, sockets are those that nobody reads, and free is the line that frees both.
 * *empty gets the number of directories with neither. Returns a new array.
 */
json_t *left_list(const struct members *members, const struct host_locks *locks,
	unsigned int *empty);

#endif

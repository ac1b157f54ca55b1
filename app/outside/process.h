/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a process's mappings say of its DPDK group. Any thread. */

#ifndef MPSH_OUTSIDE_PROCESS_H
#define MPSH_OUTSIDE_PROCESS_H

#include <limits.h>
#include <stdbool.h>

struct host_mapping;

/*
 * Is this the file of a group's configuration, .../dpdk/PREFIX/config? Then dir gets its
 * runtime directory, as the process sees it.
 */
bool process_group_file(const struct host_mapping *mapping, char dir[PATH_MAX]);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A secondary's copies of EAL's lists of memory, files in the runtime directory that are
 * named by its pid. Any thread.
 */

#ifndef MPSH_HOST_LISTS_H
#define MPSH_HOST_LISTS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Is a file of this name such a copy, by the secondary with this pid? The name ends in
 * _PID, from DPDK 24.11 on in _PID_TIME (base/compat.h).
 */
bool host_is_list_of(const char *name, pid_t pid);

/* Is the file locked, by this process or another, as EAL locks those it uses? */
bool host_list_is_held(const char *path);

/* Has this process the file open? */
bool host_is_open_here(const char *path);

/*
 * Does a process of another PID namespace, which has this process's pid there, use the
 * names of this process's copies? EAL cannot start then, before DPDK 24.11.
 */
bool host_lists_are_taken(const char *runtime_dir);

#endif

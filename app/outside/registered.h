/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The actions of rte_mp of a group's processes, in JSON. Main thread. */

#ifndef MPSH_OUTSIDE_REGISTERED_H
#define MPSH_OUTSIDE_REGISTERED_H

#include <stddef.h>
#include <sys/types.h>

#include <jansson.h>

/*
 * List the actions of a process, or with pid 0 of all processes of the group that is
 * looked at: *list is the caller's, an array of {pid, command, action, function, eal}, of
 * each process those of EAL and of DPDK's libraries last. Returns 0, or a negative errno
 * with one line in error: there is no list then, but when only some of the processes of a
 * group could not be looked at.
 */
int registered_list(pid_t pid, json_t **list, char *error, size_t size);

#endif

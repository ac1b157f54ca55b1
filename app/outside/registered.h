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

/*
 * Add the names of a process's actions to names, an array of strings, once each, with the
 * bytes that they have. One that cannot be looked at adds none. A name that is no UTF-8
 * makes a string that only json_string_value() takes.
 */
void registered_add_names(pid_t pid, json_t *names);

/* The pids of the processes of the group that is looked at, as strings. */
json_t *registered_pids(void);

#endif

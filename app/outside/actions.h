/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Which actions of rte_mp a process has registered, found in its memory: it is not asked,
 * so it may be stopped or hang. For one thread.
 */

#ifndef MPSH_OUTSIDE_ACTIONS_H
#define MPSH_OUTSIDE_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "outside/code.h"

struct group;

/* Bytes of an action's name with the NUL: RTE_MP_MAX_NAME_LEN of every release. */
#define ACTION_NAME_SIZE 64

struct action {
	char name[ACTION_NAME_SIZE]; /* any bytes but NUL */
	uint64_t function;           /* of its handler */
	char place[CODE_PLACE_SIZE]; /* the same as code_describe() has it */
};

struct actions {
	struct action *all; /* as they were registered */
	size_t n;
};

/*
 * Read those of the process that is read as group. Returns 0; -ENOTSUP: what is looked at
 * is no process; -ENOENT: it has no rte_mp (or its list changes all the time);
 * -ENOMEM or another error of /proc. actions_free() them.
 */
int actions_read(const struct group *group, struct actions *actions);
void actions_free(struct actions *actions);

/* The one with this name, NULL: there is none. */
const struct action *actions_find(const struct actions *actions, const char *name);

/* Has a process this action? Returns 1, 0, or a negative errno: that cannot be read. */
int actions_has(pid_t pid, const char *name);

/* Is this the name of an action of EAL or of a library of DPDK? Any thread. */
bool action_is_eals(const char *name);

#endif

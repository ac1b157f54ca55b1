/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What DPDK processes of this host do to each other without knowing. A conflict is
 * {kind, text, prefix, pids}, of kind "prefix", "lcore" or "cpu". Any thread.
 */

#ifndef MPSH_OUTSIDE_CONFLICTS_H
#define MPSH_OUTSIDE_CONFLICTS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "outside/lcores.h"

struct member;
struct members;

/* What is known of a member beside its mappings. */
struct facts {
	bool has_lcores, is_primary;
	struct lcores lcores;
};

/* Groups with one prefix, each with a configuration of its own. */
void conflicts_of_prefixes(const struct members *members, json_t *conflicts);

/*
 * Members of a group with one lcore id: the caches of its pools are by lcore, and would
 * be damaged. Processes of mpsh are left out, since they use no cache.
 */
void conflicts_of_lcores(const struct member *members, const struct facts *facts,
	size_t n, json_t *conflicts);

/*
 * Worker threads of two processes that are pinned to one CPU, and are both busy: takes
 * some 50 ms where there are such threads.
 */
void conflicts_of_cpus(const struct members *members, json_t *conflicts);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What EAL of a process has of its own, struct rte_config of
 * lib/eal/common/eal_private.h: is it a primary, and what are its lcores? Any thread.
 */

#ifndef MPSH_OUTSIDE_LCORES_H
#define MPSH_OUTSIDE_LCORES_H

#include <stdbool.h>
#include <stdint.h>

struct group;
struct member;

/* The most lcores that a DPDK is built for (RTE_MAX_LCORE). */
#define LCORES_MAX 1536

struct lcores {
	bool is_primary;
	uint32_t main_lcore;
	bool used[LCORES_MAX]; /* an lcore of it, a service core, or a thread of its own
				*/
};

/*
 * Find it in the process that is read as group, whose variables member says. Returns 0
 * or -ENOENT: it is not found, since the process has not come so far, or was built
 * otherwise.
 */
int lcores_read(
	const struct group *group, const struct member *member, struct lcores *lcores);

#endif

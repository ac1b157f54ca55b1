/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The queues of rte_mp sockets: full ones, and who is blocked by one. Main thread. */

#ifndef MPSH_OUTSIDE_QUEUES_H
#define MPSH_OUTSIDE_QUEUES_H

struct findings;
struct scene;

/* See whether there is room in the sockets of those that are asked for. */
void queues_glance(struct scene *scene);

/* Add what is found of the processes that are asked for. */
void queues_find(const struct scene *scene, struct findings *findings);

#endif

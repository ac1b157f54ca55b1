/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What is wrong with processes as such: stopped, attaching, in conflict. Main thread. */

#ifndef MPSH_OUTSIDE_STATES_H
#define MPSH_OUTSIDE_STATES_H

struct findings;
struct scene;

/* Add what is found of the processes that are asked for, and of their group. */
void states_find(const struct scene *scene, struct findings *findings);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a thread that runs spins on. Main thread. */

#ifndef MPSH_OUTSIDE_SPINS_H
#define MPSH_OUTSIDE_SPINS_H

struct findings;
struct scene;

/*
 * Add each thread, of the processes that are asked for, whose registers point into a ring
 * that stands or at a lock that is held. It is a finding only with that of the ring or
 * the lock: spins_check() drops the others.
 */
void spins_find(const struct scene *scene, struct findings *findings);
void spins_check(struct findings *findings);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * EAL's locks in shared memory, which outlive who holds them (fact 13 of app/README.md).
 * Main thread.
 */

#ifndef MPSH_OUTSIDE_EAL_LOCKS_H
#define MPSH_OUTSIDE_EAL_LOCKS_H

#include <stdbool.h>
#include <stdint.h>

struct eal_lock;
struct findings;
struct scene;

/* Find where they are: scene->locks. */
void eal_locks_find(struct scene *scene);

/* Read them; those that are free in one look are not held for good. */
void eal_locks_look(struct scene *scene);

/* Is one of them held that was never free so far? */
bool eal_locks_are_held(const struct scene *scene);

/* Such a lock at an address, or NULL. */
const struct eal_lock *eal_lock_at(const struct scene *scene, uint64_t address);

/* Add a finding for each. */
void eal_locks_say(const struct scene *scene, struct findings *findings);

#endif

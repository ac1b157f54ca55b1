/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Who holds the mutex that a thread waits for. Main thread. */

#ifndef MPSH_OUTSIDE_FUTEX_H
#define MPSH_OUTSIDE_FUTEX_H

#include <stdbool.h>
#include <sys/types.h>

struct view;
struct view_thread;

/*
 * Does this thread wait for a mutex that says who holds it: one of glibc's, or one with
 * priority inheritance, of which the kernel itself knows the owner? Then *owner is the
 * thread that does. musl's do not say it.
 */
bool futex_owner(const struct view *view, const struct view_thread *thread, pid_t *owner);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Threads that wait for a mutex, and who holds it. Main thread. */

#ifndef MPSH_OUTSIDE_MUTEXES_H
#define MPSH_OUTSIDE_MUTEXES_H

struct findings;
struct scene;

/* Add a finding for each such thread of the processes that are asked for. */
void mutexes_find(const struct scene *scene, struct findings *findings);

#endif

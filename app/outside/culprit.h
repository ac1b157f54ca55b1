/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a process that others wait for is at, in words. Main thread. */

#ifndef MPSH_OUTSIDE_CULPRIT_H
#define MPSH_OUTSIDE_CULPRIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct frame;
struct scene;
struct view;
struct view_thread;

#define CULPRIT_SIZE 384

struct culprit_words {
	char text[CULPRIT_SIZE];
};

/*
 * Where a thread is: "is in pause()", "runs in compute()", "is in futex". Returned by
 * value, as what follows.
 */
struct culprit_words culprit_place(const struct view_thread *thread);

/* What it waits for: "waiting for a mutex", "in clock_nanosleep", "running". */
struct culprit_words culprit_wait(
	const struct view *view, const struct view_thread *thread);

/*
 * The handler that a process's rte_mp thread is inside: its frame, NULL where it has no
 * known one. False if the thread is in none, or there is no such thread.
 */
bool culprit_handler(const struct view *view, const struct frame **frame);

/*
 * Why a process does not read what it is sent: "that process is stopped", "its rte_mp
 * thread is inside hang(): why 4242"; "" where nothing is known against it. Where it is
 * itself waiting for another one, that is followed, until it comes back to asker.
 */
struct culprit_words culprit_words(const struct scene *scene, pid_t pid, pid_t asker);

/*
 * The process with an rte_mp socket of this path, as a process of the group has it: 0 if
 * none lives.
 */
pid_t culprit_of_socket(const struct scene *scene, const char *path);

#endif

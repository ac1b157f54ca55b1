/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Rings with an enqueue or a dequeue that was begun and has not ended. Main thread. */

#ifndef MPSH_OUTSIDE_STUCK_H
#define MPSH_OUTSIDE_STUCK_H

#include <stddef.h>
#include <stdint.h>

struct findings;
struct scene;
struct stuck;

/* Find those of the moment: scene->stuck. Most of them end at once. */
void stuck_look(struct scene *scene);

/* Add a finding for each; its key has the positions. */
void stuck_find(const struct scene *scene, struct findings *findings);

/* The one whose header an address is in, or NULL. */
const struct stuck *stuck_at(const struct scene *scene, uint64_t address);

/* "an enqueue begun at 5 never ended" */
void stuck_words(const struct stuck *stuck, char *text, size_t size);

#endif

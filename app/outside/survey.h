/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks at all of a group: processes, stacks, rings, locks, requests. Main thread. */

#ifndef MPSH_OUTSIDE_SURVEY_H
#define MPSH_OUTSIDE_SURVEY_H

struct scene;

/* Once, after scene_open(). */
void survey_begin(struct scene *scene);

/* Look at everything anew. */
void survey_look(struct scene *scene);

/* Between two looks: what moves is not stuck. */
void survey_glance(struct scene *scene);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Requests over rte_mp whose replies do not come. Main thread. */

#ifndef MPSH_OUTSIDE_REPLIES_H
#define MPSH_OUTSIDE_REPLIES_H

struct findings;
struct scene;

/* Read for which replies those who are asked, and those in handlers, wait. */
void replies_look(struct scene *scene);

/* Add each that is waited for, with whoever does not give it, to the end of the chain. */
void replies_find(const struct scene *scene, struct findings *findings);

#endif

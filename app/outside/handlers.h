/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What is wrong with the rte_mp threads, through which all requests go. Main thread. */

#ifndef MPSH_OUTSIDE_HANDLERS_H
#define MPSH_OUTSIDE_HANDLERS_H

struct findings;
struct scene;

/*
 * Add what is found of the processes that are asked for: a thread that has ended, is
 * inside a handler, or makes a request from within one.
 */
void handlers_find(const struct scene *scene, struct findings *findings);

#endif

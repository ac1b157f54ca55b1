/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What goes on in the group that is looked at (look.h), by the second. Main thread. */

#ifndef MPSH_OUTSIDE_TOP_H
#define MPSH_OUTSIDE_TOP_H

#include <stddef.h>

#include <jansson.h>

struct top;

/*
 * Begin. Returns 0, and *top is the caller's; else as look_open(), with one line in
 * error.
 */
int top_begin(struct top **top, char *error, size_t size);

/* Look at the rings' positions; to be called some 50 times a second. */
void top_look(struct top *top);

/*
 * What went on since top_begin() or the report before, a new object for the caller to
 * free:
 *
 *     rings     {name, capacity, used, most, in_per_s, out_per_s, state, stuck_ns}; no
 *               pools' own; state is "STUCK", "nobody takes", "full" or null
 *     pools     {name, size, in_use, get_per_s, put_per_s, caches: {lcore: objects}}
 *     heaps     as heap_list()
 *     threads   as usage_list()
 *
 * When a process that was looked at has ended it is of what it left. Returns NULL with
 * one line in error when there is nothing to look at any more.
 */
json_t *top_report(struct top *top, char *error, size_t size);

void top_end(struct top *top);

#endif

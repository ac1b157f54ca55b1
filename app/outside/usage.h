/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The threads of a group's processes, and how much CPU each uses. Main thread. */

#ifndef MPSH_OUTSIDE_USAGE_H
#define MPSH_OUTSIDE_USAGE_H

#include <stddef.h>
#include <stdint.h>
#include <jansson.h>

#include "outside/processes.h"

struct group;
struct usage_thread;

struct usage {
	struct processes processes;
	uint64_t lists_at; /* loop_now(): when they are listed anew */

	struct usage_thread *threads; /* as they were last */
	size_t n_threads;
	uint64_t looked_at; /* loop_now(), 0: not yet */
};

/*
 * Append to *threads, an array of the caller's, each thread: {pid, command, tid, name,
 * cpu, lcore, cpus}, in the order of pid and tid. cpu is in percent of one CPU since the
 * call before; it, and lcore where none is known, is null. New processes are found some
 * seconds later.
 */
void usage_list(struct usage *usage, const struct group *group, json_t *threads);

void usage_free(struct usage *usage);

#endif

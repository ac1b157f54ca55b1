/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The registers and stacks of threads that run. perf copies them in an interrupt that the
 * timer makes anyway; where perf is forbidden each thread is stopped for the moment that
 * it takes to copy them. Any thread.
 */

#ifndef MPSH_OUTSIDE_SAMPLE_H
#define MPSH_OUTSIDE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "outside/registers.h"

struct host_thread;
struct source;

struct sample {
	struct host_thread
		*thread;     /* the caller's; what it stands in, if it does meanwhile */
	bool is_there;       /* registers were copied; else the thread did not run */
	uint64_t stopped_ns; /* for how long it was stopped; 0: it was not */
	struct registers registers;
};

/*
 * Sample threads of a process, which source reads. Takes some 100 ms at most, and 1 s
 * where one waits for a CPU all that time. Free them with sample_free().
 */
void sample_threads(pid_t pid, struct sample *samples, size_t n, struct source *source);
void sample_free(struct sample *sample);

#endif

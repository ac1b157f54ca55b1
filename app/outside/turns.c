/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Notes how long threads have run, and asks again. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>

#include "base/array.h"
#include "host/threads.h"
#include "outside/turns.h"

/* What has more threads is not waited for. */
#define TURNS_MAX 4096

struct walk {
	struct turns *turns;
	pid_t pid;
};

static bool
take(pid_t tid, const char *name, void *ctx)
{
	const struct walk *walk = ctx;
	struct turns *turns = walk->turns;
	struct host_thread thread;
	struct turn *all;

	(void)name;
	if (!host_look_at_thread(walk->pid, tid, &thread) || thread.state != 'R')
		return true;
	all = array_grow(turns->all, turns->n, sizeof(*all));
	if (all == NULL)
		return false;
	turns->all = all;
	all[turns->n].pid = walk->pid;
	all[turns->n].tid = tid;
	all[turns->n++].run_ns = thread.run_ns;
	return turns->n < TURNS_MAX;
}

void
turns_note(struct turns *turns, const pid_t pids[], size_t n)
{
	size_t i;

	turns->all = NULL;
	turns->n = 0;
	for (i = 0; i < n; i++) {
		struct walk walk = { .turns = turns, .pid = pids[i] };

		host_walk_threads(pids[i], take, &walk);
	}
}

void
turns_free(struct turns *turns)
{
	free(turns->all);
	turns->all = NULL;
	turns->n = 0;
}

bool
turns_are_over(const struct turns *turns)
{
	struct host_thread thread;
	size_t i;

	for (i = 0; i < turns->n; i++)
		if (host_look_at_thread(turns->all[i].pid, turns->all[i].tid, &thread) &&
			thread.state == 'R' && thread.run_ns == turns->all[i].run_ns)
			return false;
	return true;
}

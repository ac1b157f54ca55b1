/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Compares the CPU time of threads with what it was before. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include "base/array.h"
#include "base/json.h"
#include "base/loop.h"
#include "host/process.h"
#include "host/threads.h"
#include "outside/group.h"
#include "outside/processes.h"
#include "outside/usage.h"

/* Of one process, and how long what was listed stays. */
#define THREADS_MAX 4096
#define LIST_NS UINT64_C(5000000000)

/* Listing the processes may take this part of a CPU, on a host that has very many. */
#define LIST_PART 100

struct usage_thread {
	pid_t pid, tid;
	int lcore; /* -1: none */
	char name[HOST_THREAD_NAME_SIZE];
	uint64_t used; /* ns of CPU, ever */
	bool has_cpu;
	uint64_t since; /* ns of CPU that it used since the look before */
};

/* The threads of one process. */
struct walk {
	struct usage *usage;
	const struct process *process;
	unsigned int n;
};

/* ---- threads ---- */

static int
compare(const void *a, const void *b)
{
	const struct usage_thread *one = a, *other = b;

	if (one->pid != other->pid)
		return one->pid < other->pid ? -1 : 1;
	return one->tid < other->tid ? -1 : one->tid > other->tid;
}

/* Room for one more. Returns NULL without memory. */
static struct usage_thread *
add(struct usage *usage)
{
	struct usage_thread *threads =
		array_grow(usage->threads, usage->n_threads, sizeof(*threads));

	if (threads == NULL)
		return NULL;
	usage->threads = threads;
	return &threads[usage->n_threads++];
}

static bool
take_thread(pid_t tid, const char *name, void *ctx)
{
	struct walk *walk = ctx;
	pid_t pid = walk->process->pid;
	struct usage_thread *thread;
	uint64_t used;

	if (!host_thread_used(pid, tid, &used))
		return true;
	thread = add(walk->usage);
	if (thread == NULL)
		return false;
	*thread = (struct usage_thread){ .pid = pid, .tid = tid, .used = used };
	snprintf(thread->name, sizeof(thread->name), "%s", name);
	thread->lcore =
		tid == pid ? walk->process->main_lcore : host_lcore_of_thread(name);
	return ++walk->n < THREADS_MAX;
}

/* How much has each used since it was as before? */
static void
compare_with(struct usage *usage, const struct usage *before)
{
	const struct usage_thread *known;
	size_t i;

	for (i = 0; i < usage->n_threads && before->n_threads != 0; i++) {
		struct usage_thread *thread = &usage->threads[i];

		known = bsearch(thread, before->threads, before->n_threads,
			sizeof(*thread), compare);
		/* Less than before has another thread with this number. */
		thread->has_cpu = known != NULL && known->used <= thread->used;
		if (thread->has_cpu)
			thread->since = thread->used - known->used;
	}
}

static void
look(struct usage *usage)
{
	struct usage before = { .threads = usage->threads,
		.n_threads = usage->n_threads };
	unsigned int i;

	usage->threads = NULL;
	usage->n_threads = 0;
	for (i = 0; i < usage->processes.n; i++) {
		struct walk walk = { .usage = usage,
			.process = &usage->processes.all[i] };

		host_walk_threads(walk.process->pid, take_thread, &walk);
	}
	if (usage->n_threads != 0)
		qsort(usage->threads, usage->n_threads, sizeof(usage->threads[0]),
			compare);
	compare_with(usage, &before);
	free(before.threads);
}

/* ns of CPU that this thread has used, ever. */
static uint64_t
own_time(void)
{
	struct timespec time = { 0 };

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

static void
list_processes(struct usage *usage, const struct group *group)
{
	uint64_t now = loop_now(), took = own_time();

	if (now < usage->lists_at)
		return;
	processes_list(&usage->processes, group);
	took = (own_time() - took) * LIST_PART;
	usage->lists_at = now + (took > LIST_NS ? took : LIST_NS);
}

/* ---- what is shown ---- */

static json_t *
thread_json(const struct usage_thread *thread, uint64_t elapsed)
{
	char command[16], cpus[HOST_CPUS_SIZE];
	json_int_t percent = 0;

	if (elapsed != 0)
		percent = (json_int_t)((thread->since * 100 + elapsed / 2) / elapsed);
	host_process_name(thread->pid, command);
	host_thread_cpus(thread->tid, cpus);
	return json_pack("{s:i, s:o, s:i, s:o, s:o, s:o, s:s}", "pid", (int)thread->pid,
		"command", json_of_string(command), "tid", (int)thread->tid, "name",
		json_of_string(thread->name), "cpu",
		json_of_number(thread->has_cpu && elapsed != 0, percent), "lcore",
		json_of_number(thread->lcore >= 0, thread->lcore), "cpus", cpus);
}

void
usage_list(struct usage *usage, const struct group *group, json_t *threads)
{
	uint64_t before = usage->looked_at;
	size_t i;

	list_processes(usage, group);
	usage->looked_at = loop_now();
	look(usage);
	for (i = 0; i < usage->n_threads; i++)
		json_array_append_new(threads,
			thread_json(&usage->threads[i], usage->looked_at - before));
}

void
usage_free(struct usage *usage)
{
	free(usage->threads);
	memset(usage, 0, sizeof(*usage));
}

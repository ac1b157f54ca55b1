/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks at the threads of a process and at their stacks. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "host/process.h"
#include "host/threads.h"
#include "base/array.h"
#include "outside/sample.h"
#include "outside/unwind.h"
#include "outside/syscalls.h"
#include "outside/view.h"

/* Threads of a process that are looked at. */
#define THREADS_MAX 4096

/* ---- threads ---- */

static bool
add_thread(pid_t tid, const char *name, void *ctx)
{
	struct view *view = ctx;
	struct view_thread *threads;
	struct host_thread host;

	(void)name;
	if (!host_look_at_thread(view->pid, tid, &host))
		return true;
	threads = array_grow(view->threads, view->n, sizeof(*threads));
	if (threads == NULL)
		return false;
	view->threads = threads;
	memset(&threads[view->n], 0, sizeof(threads[0]));
	threads[view->n].host = host;
	threads[view->n].waits_after = host.waits;
	threads[view->n].role = host_role_of_thread(view->pid, tid, host.name);
	return ++view->n < THREADS_MAX;
}

static int
compare_threads(const void *a, const void *b)
{
	const struct view_thread *one = a, *other = b;

	return one->host.tid < other->host.tid ? -1 : one->host.tid > other->host.tid;
}

int
view_take(struct view *view, pid_t pid, struct source *source)
{
	memset(view, 0, sizeof(*view));
	view->pid = pid;
	view->source = source;
	host_process_name(pid, view->command);
	view->at = loop_now();
	view->state = host_process_state(pid);
	if (view->state == 0 || view->state == 'Z')
		return -ESRCH;
	view->tracer = host_status_number(pid, "TracerPid:");
	host_walk_threads(pid, add_thread, view);
	if (view->n > 0)
		qsort(view->threads, view->n, sizeof(view->threads[0]), compare_threads);
	return view->n > 0 ? 0 : -ESRCH;
}

void
view_free(struct view *view)
{
	size_t i;

	for (i = 0; i < view->n; i++)
		free(view->threads[i].registers.stack);
	free(view->threads);
	unwinder_close(view->unwinder);
	memset(view, 0, sizeof(*view));
}

/* ---- stacks ---- */

static void
walk_sleeping(struct view *view, struct view_thread *thread)
{
	struct registers registers = { .pc = thread->host.pc };

	registers.general[REGISTER_SP] = thread->host.sp;
	unwinder_walk(view->unwinder, thread->host.tid, &registers, &thread->stack);
	thread->has_stack = true;
}

static void
take_sample(struct view *view, struct view_thread *thread, struct sample *sample)
{
	if (sample->stopped_ns > 0) {
		view->n_stopped++;
		host_thread_waits(thread->host.tid, &thread->waits_after);
	}
	if (sample->stopped_ns > view->stopped_ns)
		view->stopped_ns = sample->stopped_ns;
	if (!sample->is_there) {
		sample_free(sample);
		/* Else it has ended, or did not get a CPU. */
		if (thread->host.is_in_call)
			walk_sleeping(view, thread);
		return;
	}
	thread->registers = sample->registers;
	thread->has_registers = true;
	thread->has_stack = true;
	unwinder_walk(
		view->unwinder, thread->host.tid, &thread->registers, &thread->stack);
}

void
view_take_stacks(struct view *view,
	bool (*wants)(
		const struct view *view, const struct view_thread *thread, void *ctx),
	void *ctx)
{
	struct sample *samples;
	size_t i, n = 0;

	samples = view->source != NULL ? memory_zeroed(view->n * sizeof(*samples)) : NULL;
	if (samples == NULL)
		return;
	for (i = 0; i < view->n; i++) {
		struct view_thread *thread = &view->threads[i];

		if (thread->has_stack || !wants(view, thread, ctx))
			continue;
		if (view->unwinder == NULL)
			view->unwinder = unwinder_open(view->pid, view->source);
		if (view->unwinder == NULL)
			break;
		if (thread->host.is_in_call)
			walk_sleeping(view, thread);
		else if (thread->host.is_running)
			samples[n++].thread = &thread->host;
	}
	sample_threads(view->pid, samples, n, view->source);
	for (i = 0; i < n; i++)
		take_sample(view, view_thread(view, samples[i].thread->tid), &samples[i]);
	free(samples);
}

void
view_glance(struct view *view)
{
	struct view_thread *thread = view_mp_thread(view);
	struct host_thread now;

	if (thread == NULL || thread->was_idle)
		return;
	now = thread->host;
	if (!host_look_at_call(view->pid, &now) || !now.is_in_call)
		return;
	thread->was_idle = now.call == SYS_recvmsg;
	thread->n_elsewhere += now.call != SYS_recvmsg;
}

/* ---- what is asked of a view ---- */

struct view_thread *
view_thread(const struct view *view, pid_t tid)
{
	size_t i;

	for (i = 0; i < view->n; i++)
		if (view->threads[i].host.tid == tid)
			return &view->threads[i];
	return NULL;
}

struct view_thread *
view_mp_thread(const struct view *view)
{
	size_t i;

	for (i = 0; i < view->n; i++)
		if (view->threads[i].role == HOST_ROLE_MP)
			return &view->threads[i];
	return NULL;
}

bool
view_is_idle(const struct view_thread *thread)
{
	return thread->host.is_in_call && thread->host.call == SYS_recvmsg;
}

bool
view_is_stopped(const struct view *view)
{
	return view->state == 'T' || view->state == 't';
}

struct view_role
view_role(const struct view_thread *thread)
{
	static const char *const names[] = {
		[HOST_ROLE_OTHER] = "-",
		[HOST_ROLE_MAIN] = "main",
		[HOST_ROLE_MP] = "rte_mp",
		[HOST_ROLE_INTERRUPTS] = "interrupts",
		[HOST_ROLE_TELEMETRY] = "telemetry",
		[HOST_ROLE_VHOST] = "vhost",
		[HOST_ROLE_PDUMP] = "pdump",
	};
	struct view_role role;

	if (thread->role == HOST_ROLE_LCORE)
		snprintf(role.text, sizeof(role.text), "lcore %d",
			host_lcore_of_thread(thread->host.name));
	else
		snprintf(role.text, sizeof(role.text), "%s", names[thread->role]);
	return role;
}

struct view_role
view_call(const struct view_thread *thread)
{
	struct view_role call = { "" };

	if (thread->host.is_in_call && thread->host.call >= 0)
		snprintf(call.text, sizeof(call.text), "%s",
			syscall_name(thread->host.call).text);
	else if (thread->host.is_running)
		snprintf(call.text, sizeof(call.text), "runs");
	return call;
}

static json_t *
stack_to_json(const struct backtrace *stack)
{
	json_t *frames = json_array();
	unsigned int i;

	for (i = 0; i < stack->n; i++)
		json_array_append_new(
			frames, json_string(frame_text(&stack->frames[i], false).text));
	return frames;
}

/* Of one CPU, in percent. */
static json_t *
cpu_to_json(const struct view *view, const struct view_thread *thread,
	const struct view *before)
{
	const struct view_thread *old = view_thread(before, thread->host.tid);
	uint64_t passed = view->at - before->at;

	if (old == NULL || passed == 0 || thread->host.run_ns < old->host.run_ns)
		return json_null();
	return json_integer(
		(json_int_t)((thread->host.run_ns - old->host.run_ns) * 100 / passed));
}

json_t *
view_threads(const struct view *view, const struct view *before)
{
	json_t *threads = json_array();
	size_t i;

	for (i = 0; i < view->n; i++) {
		const struct view_thread *thread = &view->threads[i];
		const struct host_thread *host = &thread->host;

		json_array_append_new(threads,
			json_pack("{s:i, s:o, s:s, s:s#, s:o, s:s, s:s, s:o}", "tid",
				(int)host->tid, "name",
				json_of_bytes(host->name, strlen(host->name)), "role",
				view_role(thread).text, "state", &host->state, 1, "cpu",
				cpu_to_json(view, thread, before), "cpus", host->cpus,
				"call", view_call(thread).text, "stack",
				stack_to_json(&thread->stack)));
	}
	return threads;
}

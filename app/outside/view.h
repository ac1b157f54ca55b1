/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A DPDK process as it is at one moment: its threads, what each does, and their stacks.
 * Nothing of it is stopped, but threads that run where perf is forbidden. Main thread.
 */

#ifndef MPSH_OUTSIDE_VIEW_H
#define MPSH_OUTSIDE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

#include "host/threads.h"
#include "outside/registers.h"
#include "outside/unwind.h"

struct source;
struct unwinder;

struct view_thread {
	struct host_thread host;
	enum host_role role;
	bool has_stack;
	struct backtrace stack;
	/* Those of a thread that runs, which tell what it works on. */
	bool has_registers;
	struct registers registers;
	/* As host.waits, behind the look: one that stops a thread makes it sleep once. */
	uint64_t waits_after;
	/* Between two looks: was it in recvmsg, waiting for what comes? And how often was
	 * it seen to wait elsewhere?
	 */
	bool was_idle;
	unsigned int n_elsewhere;
};

struct view {
	pid_t pid;
	char command[16];
	char state;   /* as of host_process_state(), 0: it is gone */
	pid_t tracer; /* 0: none */
	uint64_t at;  /* when its threads were looked at, as loop_now() */
	struct view_thread *threads;
	size_t n;
	/* Threads that were stopped to look at them, and the longest time. */
	unsigned int n_stopped;
	uint64_t stopped_ns;
	struct source *source; /* not owned; NULL: its memory cannot be read */
	struct unwinder *unwinder;
};

/*
 * Look at a process's threads, without their stacks; source reads its memory, or is NULL.
 * Returns 0, -ESRCH or -ENOMEM. view_free() it.
 */
int view_take(struct view *view, pid_t pid, struct source *source);
void view_free(struct view *view);

/* Look at the stack of each thread for which wants(view, thread, ctx) is true. */
void view_take_stacks(struct view *view,
	bool (*wants)(
		const struct view *view, const struct view_thread *thread, void *ctx),
	void *ctx);

/* Look again at what its rte_mp thread does; see was_idle. */
void view_glance(struct view *view);

/* The thread with this id, or NULL; and the process's rte_mp thread, or NULL. */
struct view_thread *view_thread(const struct view *view, pid_t tid);
struct view_thread *view_mp_thread(const struct view *view);

/* Does the rte_mp thread wait for the next message? */
bool view_is_idle(const struct view_thread *thread);

/* Is the process stopped, by a signal or a debugger? */
bool view_is_stopped(const struct view *view);

/* "main", "lcore 3", "rte_mp", "thread" …. Returned by value. */
struct view_role {
	char text[24];
};

struct view_role view_role(const struct view_thread *thread);

/* The system call that a thread is in, "runs", or "" where that cannot be known. */
struct view_role view_call(const struct view_thread *thread);

/*
 * {tid, name, role, state, cpu, cpus, call, stack} of each thread, a new array; cpu is in
 * percent since before, or null for a thread that was not there then.
 */
json_t *view_threads(const struct view *view, const struct view *before);

#endif

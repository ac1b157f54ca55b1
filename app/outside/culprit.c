/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Says what a process that others wait for is at. */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/text.h"
#include "host/process.h"
#include "host/sockets.h"
#include "host/threads.h"
#include "outside/actions.h"
#include "outside/culprit.h"
#include "outside/futex.h"
#include "outside/pending.h"
#include "outside/scene.h"
#include "outside/unwind.h"
#include "outside/view.h"

/* ---- frames ---- */

/* Is it a function of the C library's or the loader's? */
static bool
is_of_libc(const struct frame *frame)
{
	return strncmp(frame->file, "libc.", 5) == 0 ||
		strncmp(frame->file, "libc-", 5) == 0 ||
		strncmp(frame->file, "libpthread", 10) == 0 ||
		strncmp(frame->file, "ld-", 3) == 0 ||
		strncmp(frame->file, "ld.", 3) == 0;
}

/* One of EAL's, also where EAL is in the program itself. */
static bool
is_of_eal(const struct frame *frame)
{
	static const char *const names[] = { "mp_handle", "process_msg",
		"process_async_request", "read_msg", "control_thread_start",
		"ctrl_thread_init", "eal_thread_loop", "thread_start_wrapper" };
	unsigned int i;

	if (strncmp(frame->file, "librte_eal", 10) == 0 ||
		strncmp(frame->function, "rte_", 4) == 0)
		return true;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(frame->function, names[i]) == 0)
			return true;
	return false;
}

/* In a static program the C library has no file of its own: these are where it starts. */
static bool
is_start(const struct frame *frame)
{
	static const char *const names[] = { "start_thread", "clone", "clone3",
		"__clone3", "__clone", "_start", "__libc_start_main",
		"__libc_start_call_main", "__libc_start_main_impl", "thread_start" };
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(frame->function, names[i]) == 0)
			return true;
	return false;
}

/* The innermost frame with a symbol, or the innermost one; NULL: there is none. */
static const struct frame *
innermost(const struct backtrace *stack)
{
	unsigned int i;

	for (i = 0; i < stack->n; i++)
		if (stack->frames[i].function[0] != '\0')
			return &stack->frames[i];
	return stack->n > 0 ? &stack->frames[0] : NULL;
}

static const char *
parentheses(const struct frame *frame)
{
	return frame->function[0] != '\0' ? "()" : "";
}

struct culprit_words
culprit_place(const struct view_thread *thread)
{
	const struct frame *frame = innermost(&thread->stack);
	struct culprit_words words;

	if (frame != NULL)
		snprintf(words.text, sizeof(words.text), "%s in %s%s",
			thread->host.is_in_call ? "is" : "runs",
			frame_text(frame, false).text, parentheses(frame));
	else if (thread->host.is_in_call && thread->host.call >= 0)
		snprintf(words.text, sizeof(words.text), "is in %s",
			view_call(thread).text);
	else
		snprintf(words.text, sizeof(words.text), "runs");
	return words;
}

struct culprit_words
culprit_wait(const struct view *view, const struct view_thread *thread)
{
	struct culprit_words words;
	pid_t owner;

	if (futex_owner(view, thread, &owner))
		snprintf(words.text, sizeof(words.text), "waiting for a mutex");
	else if (thread->host.is_in_call && thread->host.call >= 0)
		snprintf(words.text, sizeof(words.text), "in %s", view_call(thread).text);
	else
		snprintf(words.text, sizeof(words.text), "running");
	return words;
}

/* ---- handlers ---- */

/* Is the thread back in EAL, which waits for the next message? */
static bool
is_reading(const struct view_thread *thread)
{
	return view_is_idle(thread) && !backtrace_has(&thread->stack, "rte_mp_request");
}

/*
 * A handler is the outermost frame that is neither EAL's nor the C library's. In EAL's
 * own handlers there is none.
 */
bool
culprit_handler(const struct view *view, const struct frame **frame)
{
	const struct view_thread *thread = view_mp_thread(view);
	bool is_first = true;
	unsigned int i;

	*frame = NULL;
	if (thread == NULL || is_reading(thread))
		return false;
	for (i = thread->stack.n; i-- > 0;) {
		const struct frame *at = &thread->stack.frames[i];

		if (is_of_libc(at) || is_start(at))
			continue;
		/* The thread begins in EAL, which a program may have in itself. */
		if (is_of_eal(at) || (is_first && i + 1 < thread->stack.n)) {
			is_first = false;
			continue;
		}
		*frame = at;
		return true;
	}
	/* One that runs, between messages perhaps, is in no known handler. */
	return thread->host.is_in_call;
}

/* ---- processes ---- */

/* Processes that wait for one another are followed so far. */
#define CHAIN_MAX 8

struct chain {
	const struct scene *scene;
	pid_t visited[CHAIN_MAX];
	unsigned int n;
	char *text;
	size_t size;
};

static void put(struct chain *chain, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
put(struct chain *chain, const char *format, ...)
{
	size_t length = strlen(chain->text);
	va_list list;

	va_start(list, format);
	vsnprintf(chain->text + length, chain->size - length, format, list);
	va_end(list);
}

static void follow(struct chain *chain, pid_t pid);

/* The first reply that a process waits for. */
static const struct pending *
pending_of(const struct actor *actor)
{
	size_t i;

	for (i = 0; i < actor->pendings.n; i++)
		if (actor->pendings.all[i].is_sync && !actor->pendings.all[i].is_answered)
			return &actor->pendings.all[i];
	return NULL;
}

static void
put_waiting(struct chain *chain, const struct pending *pending)
{
	pid_t pid = culprit_of_socket(chain->scene, pending->path);
	char action[TEXT_ESCAPED_SIZE(ACTION_NAME_SIZE)];
	unsigned int i;
	size_t length;

	text_escape(action, (const uint8_t *)pending->action, strlen(pending->action));
	put(chain, ", which waits for the reply of %s to %.64s",
		pid != 0 ? scene_name(chain->scene, pid).text : "a process", action);
	for (i = 0; i < chain->n; i++)
		if (chain->visited[i] == pid) {
			put(chain, ": they wait for each other");
			return;
		}
	put(chain, ": ");
	length = strlen(chain->text);
	follow(chain, pid);
	/* Nothing is known of that one. */
	if (strlen(chain->text) == length)
		chain->text[length - strlen(": ")] = '\0';
}

static void
put_handler(struct chain *chain, const struct actor *actor, const struct frame *frame)
{
	const struct view *view = &actor->view;
	const struct view_thread *thread = view_mp_thread(view);
	const struct pending *pending = pending_of(actor);
	pid_t owner;

	put(chain, "its rte_mp thread is inside %s%s",
		frame != NULL ? frame_text(frame, false).text : "a handler",
		frame != NULL ? parentheses(frame) : "");
	if (pending != NULL && backtrace_has(&thread->stack, "rte_mp_request"))
		put_waiting(chain, pending);
	else if (futex_owner(view, thread, &owner))
		put(chain, ", waiting for a mutex that %s holds: why %d",
			owner == thread->host.tid ? "it" : "another thread",
			(int)view->pid);
	else
		put(chain, ": why %d", (int)view->pid);
}

static void
follow(struct chain *chain, pid_t pid)
{
	const struct actor *actor = scene_actor(chain->scene, pid);
	const struct frame *frame;

	if (pid == 0 || (actor != NULL && actor->is_gone))
		put(chain, "that process is dead");
	if (pid == 0 || actor == NULL || actor->is_gone || chain->n == CHAIN_MAX)
		return;
	chain->visited[chain->n++] = pid;
	if (view_is_stopped(&actor->view))
		put(chain, "that process is stopped");
	else if (actor->is_attaching)
		put(chain, "that process is still attaching");
	else if (view_mp_thread(&actor->view) == NULL)
		put(chain, "its rte_mp thread has ended");
	else if (culprit_handler(&actor->view, &frame))
		put_handler(chain, actor, frame);
}

struct culprit_words
culprit_words(const struct scene *scene, pid_t pid, pid_t asker)
{
	struct culprit_words words = { "" };
	struct chain chain = {
		.scene = scene,
		.visited = { asker },
		.n = 1,
		.text = words.text,
		.size = sizeof(words.text),
	};

	follow(&chain, pid);
	return words;
}

pid_t
culprit_of_socket(const struct scene *scene, const char *path)
{
	const char *name = host_socket_name(path);
	pid_t pid;
	size_t i;

	if (host_is_primary_socket(name))
		return scene->primary;
	pid = host_socket_pid(name);
	for (i = 0; i < scene->n; i++) {
		pid_t outer = scene->actors[i].member->pid;

		if (!scene->actors[i].is_gone && host_inner_id(outer) == pid)
			return outer;
	}
	return 0;
}

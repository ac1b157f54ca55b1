/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Says what a process that others wait for is at. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "host/sockets.h"
#include "host/threads.h"
#include "outside/culprit.h"
#include "outside/futex.h"
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
	return thread->host.is_in_call && thread->host.call == SYS_recvmsg &&
		!backtrace_has(&thread->stack, "rte_mp_request");
}

/*
 * A handler is the outermost frame that is neither EAL's nor the C library's. In EAL's
 * own handlers there is none.
 */
bool
culprit_handler(const struct view *view, const struct frame **frame)
{
	const struct view_thread *thread = view_mp_thread(view);
	unsigned int i;

	*frame = NULL;
	if (thread == NULL || is_reading(thread))
		return false;
	for (i = thread->stack.n; i-- > 0;) {
		const struct frame *at = &thread->stack.frames[i];

		if (is_of_libc(at) || is_of_eal(at) || is_start(at))
			continue;
		*frame = at;
		return true;
	}
	/* One that runs, between messages perhaps, is in no known handler. */
	return thread->host.is_in_call;
}

/* ---- processes ---- */

static void
say_handler(
	const struct view *view, const struct frame *frame, struct culprit_words *words)
{
	if (frame != NULL)
		snprintf(words->text, sizeof(words->text),
			"its rte_mp thread is inside %s%s: why %d",
			frame_text(frame, false).text, parentheses(frame),
			(int)view->pid);
	else
		snprintf(words->text, sizeof(words->text),
			"its rte_mp thread is inside a handler, %.64s: why %d",
			culprit_wait(view, view_mp_thread(view)).text, (int)view->pid);
}

struct culprit_words
culprit_words(const struct scene *scene, pid_t pid)
{
	const struct actor *actor = scene_actor(scene, pid);
	struct culprit_words words = { "" };
	const struct frame *frame;

	if (pid == 0 || (actor != NULL && actor->is_gone))
		snprintf(words.text, sizeof(words.text), "that process is dead");
	else if (actor == NULL)
		return words;
	else if (view_is_stopped(&actor->view))
		snprintf(words.text, sizeof(words.text), "that process is stopped");
	else if (actor->is_attaching)
		snprintf(words.text, sizeof(words.text),
			"that process is still attaching");
	else if (view_mp_thread(&actor->view) == NULL)
		snprintf(words.text, sizeof(words.text), "its rte_mp thread has ended");
	else if (culprit_handler(&actor->view, &frame))
		say_handler(&actor->view, frame, &words);
	return words;
}

pid_t
culprit_of_socket(const struct scene *scene, const char *path)
{
	const char *name = host_socket_name(path);
	pid_t pid;

	if (host_is_primary_socket(name))
		return scene->primary;
	pid = host_socket_pid(name);
	return scene_actor(scene, pid) != NULL ? pid : 0;
}

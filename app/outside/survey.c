/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks at all of a group in an order in which what changes fast comes together. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "host/threads.h"
#include "outside/eal_locks.h"
#include "outside/futex.h"
#include "outside/queues.h"
#include "outside/replies.h"
#include "outside/scene.h"
#include "outside/stuck.h"
#include "outside/survey.h"
#include "outside/view.h"

/* Which stacks are of interest when nobody asked to see them all? */
static bool
wants_stack(const struct view *view, const struct view_thread *thread, void *ctx)
{
	const struct scene *scene = ctx;
	const struct actor *actor = scene_actor(scene, view->pid);

	if (actor->shows_stacks)
		return true;
	if (view_is_stopped(view))
		return false;
	if (thread->role == HOST_ROLE_MP && thread->host.call != SYS_recvmsg)
		return true;
	if (!thread->host.is_in_call)
		return scene->n_stuck > 0 || eal_locks_are_held(scene);
	return thread->host.call == SYS_futex || thread->host.call == SYS_sendmsg;
}

/* Who holds what another one waits for is of interest, too. */
static bool
holds_mutex(const struct view *view, const struct view_thread *thread, void *ctx)
{
	pid_t owner;
	size_t i;

	(void)ctx;
	for (i = 0; i < view->n; i++)
		if (view->threads[i].has_stack &&
			futex_owner(view, &view->threads[i], &owner) &&
			owner == thread->host.tid)
			return true;
	return false;
}

void
survey_begin(struct scene *scene)
{
	if (scene->group != NULL)
		eal_locks_find(scene);
}

void
survey_look(struct scene *scene)
{
	size_t i;

	scene_look(scene);
	if (scene->group != NULL) {
		eal_locks_look(scene);
		stuck_look(scene);
	}
	for (i = 0; i < scene->n; i++) {
		struct view *view = &scene->actors[i].view;

		if (scene->actors[i].is_gone)
			continue;
		view_take_stacks(view, wants_stack, scene);
		view_take_stacks(view, holds_mutex, NULL);
	}
	replies_look(scene);
	queues_glance(scene);
}

void
survey_glance(struct scene *scene)
{
	size_t i;

	for (i = 0; i < scene->n; i++)
		view_glance(&scene->actors[i].view);
	if (scene->group != NULL)
		eal_locks_look(scene);
	queues_glance(scene);
}

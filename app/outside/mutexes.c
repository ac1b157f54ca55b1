/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds threads that wait for a mutex. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "host/process.h"
#include "outside/culprit.h"
#include "outside/finding.h"
#include "outside/futex.h"
#include "outside/mutexes.h"
#include "outside/scene.h"
#include "outside/view.h"

/* The process that a thread of this host is of, 0: there is no such thread. */
static pid_t
process_of(pid_t tid)
{
	return host_status_number(tid, "Tgid:");
}

/* A mutex in shared memory may be another process's. */
static void
say_elsewhere(
	const struct scene *scene, pid_t owner, const char *who, char *text, size_t size)
{
	pid_t pid = process_of(owner);

	if (pid == 0)
		snprintf(text, size, "%s waits for a mutex of thread %d, which is dead",
			who, (int)owner);
	else
		snprintf(text, size, "%s waits for a mutex that thread %d of %s holds%s",
			who, (int)owner, scene_name(scene, pid).text,
			host_is_stopped(pid) ? ", which is stopped" : "");
}

static void
say(const struct scene *scene, const struct view *view, const struct view_thread *thread,
	pid_t owner, struct finding *finding)
{
	const struct view_thread *holder = view_thread(view, owner);
	char who[64];

	snprintf(who, sizeof(who), "thread %d (%s)", (int)thread->host.tid,
		view_role(thread).text);
	if (owner == thread->host.tid)
		snprintf(finding->text, sizeof(finding->text),
			"%s waits for a mutex that it holds itself: deadlock", who);
	else if (holder != NULL)
		snprintf(finding->text, sizeof(finding->text),
			"%s waits for a mutex that thread %d (%s) holds, which %.300s",
			who, (int)owner, view_role(holder).text,
			culprit_place(holder).text);
	else
		say_elsewhere(scene, owner, who, finding->text, sizeof(finding->text));
}

static void
find_in(const struct scene *scene, const struct actor *actor, struct findings *findings)
{
	const struct view *view = &actor->view;
	struct finding *finding;
	pid_t owner;
	size_t i;

	for (i = 0; i < view->n; i++) {
		const struct view_thread *thread = &view->threads[i];

		if (!futex_owner(view, thread, &owner))
			continue;
		finding = findings_add(
			findings, FINDING_MUTEX, view->pid, thread->host.tid);
		say(scene, view, thread, owner, finding);
		/* The same wait, not the next one of many. */
		finding_fold(finding, thread->host.args[0]);
		finding_fold(finding, thread->host.waits);
		finding_fold(finding, owner);
	}
}

void
mutexes_find(const struct scene *scene, struct findings *findings)
{
	size_t i;

	for (i = 0; i < scene->n; i++)
		if (scene->actors[i].is_asked)
			find_in(scene, &scene->actors[i], findings);
}

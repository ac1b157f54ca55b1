/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds rte_mp threads that do not read. */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "host/sockets.h"
#include "outside/culprit.h"
#include "outside/finding.h"
#include "outside/handlers.h"
#include "outside/scene.h"
#include "outside/unwind.h"
#include "outside/view.h"

/* A thread that serves many requests is hardly ever seen to wait but for the next one. */
#define ELSEWHERE_MIN 5

/* Two moments in a handler are one visit, not two of many. */
static bool
is_same_visit(const struct scene *scene, const struct actor *actor,
	const struct view_thread *thread)
{
	const struct view_thread *before;

	if (scene->looks < 2)
		return true;
	before = view_thread(&actor->before, thread->host.tid);
	if (before == NULL || before->was_idle)
		return false;
	/* It never slept between; or it did, again and again, but for no message. */
	return before->waits_after == thread->host.waits ||
		before->n_elsewhere >= ELSEWHERE_MIN;
}

static void
say_nested(const struct view *view, const struct frame *handler, struct finding *finding)
{
	(void)view;
	snprintf(finding->text, sizeof(finding->text),
		"its rte_mp thread is in rte_mp_request_sync, called from the handler "
		"%s%s: that can only time out, since this thread is the one that would "
		"read the reply",
		handler != NULL ? frame_text(handler, false).text : "of an action",
		handler != NULL && handler->function[0] != '\0' ? "()" : "");
}

static void
say_in_handler(const struct view *view, const struct view_thread *thread,
	const struct frame *handler, struct finding *finding)
{
	snprintf(finding->text, sizeof(finding->text),
		"its rte_mp thread is inside a handler: %s%s, %.64s; nothing that is "
		"asked "
		"of it is answered",
		handler != NULL ? frame_text(handler, false).text : "one without a name",
		handler != NULL && handler->function[0] != '\0' ? "()" : "",
		culprit_wait(view, thread).text);
}

static void
look_at_handler(const struct scene *scene, const struct actor *actor,
	const struct view_thread *thread, struct findings *findings)
{
	const struct view *view = &actor->view;
	struct finding *finding;
	const struct frame *handler;
	bool nested;

	if (!culprit_handler(view, &handler) || !is_same_visit(scene, actor, thread))
		return;
	nested = backtrace_has(&thread->stack, "rte_mp_request_sync");
	finding = findings_add(findings,
		nested ? FINDING_NESTED_REQUEST : FINDING_IN_HANDLER, view->pid,
		thread->host.tid);
	if (nested)
		say_nested(view, handler, finding);
	else
		say_in_handler(view, thread, handler, finding);
	if (handler != NULL)
		finding_fold_bytes(finding, handler->function, strlen(handler->function));
}

static void
find_in(const struct scene *scene, const struct actor *actor, struct findings *findings)
{
	const struct view_thread *thread = view_mp_thread(&actor->view);
	struct finding *finding;

	if (actor->is_gone || actor->member->dir == NULL || actor->is_attaching ||
		view_is_stopped(&actor->view))
		return;
	if (thread != NULL) {
		look_at_handler(scene, actor, thread, findings);
		return;
	}
	if (!host_lacks_mp_thread(actor->member->pid))
		return;
	finding = findings_add(findings, FINDING_MP_THREAD_ENDED, actor->member->pid, 0);
	snprintf(finding->text, sizeof(finding->text),
		"its rte_mp thread has ended (a datagram of a wrong size?): no request "
		"will ever be answered; restart it");
}

void
handlers_find(const struct scene *scene, struct findings *findings)
{
	size_t i;

	for (i = 0; i < scene->n; i++)
		if (scene->actors[i].is_asked)
			find_in(scene, &scene->actors[i], findings);
}

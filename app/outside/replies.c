/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds who waits for a reply, and why it does not come. */

#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "base/text.h"
#include "outside/actions.h"
#include "outside/culprit.h"
#include "outside/finding.h"
#include "outside/pending.h"
#include "outside/replies.h"
#include "outside/scene.h"
#include "outside/unwind.h"
#include "outside/view.h"

/* Of the actions that a process has, so many are named. */
#define NAMED_MAX 4

void
replies_look(struct scene *scene)
{
	size_t i;

	for (i = 0; i < scene->n; i++) {
		struct actor *actor = &scene->actors[i];
		const struct view_thread *thread = view_mp_thread(&actor->view);

		pendings_free(&actor->pendings);
		if (actor->is_gone || !actor->opens ||
			!(actor->is_asked || (thread != NULL && !view_is_idle(thread))))
			continue;
		if (pendings_read(&actor->group, &actor->pendings) < 0)
			memset(&actor->pendings, 0, sizeof(actor->pendings));
	}
}

/* ---- is it one request, or the next one of many? ---- */

/* A thread that waits for a reply waits with a time limit. */
static bool
may_wait(const struct view_thread *thread)
{
	const struct host_thread *host = &thread->host;

	return host->is_in_call && host->call == SYS_futex && host->args[3] != 0 &&
		(host->args[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET &&
		(!backtrace_has(&thread->stack, "rte_") ||
			backtrace_has(&thread->stack, "rte_mp_request"));
}

/* Has a thread that may wait for a reply waited since the first look? */
static bool
still_waits(const struct scene *scene, const struct actor *actor)
{
	const struct view_thread *before;
	size_t i;

	for (i = 0; i < actor->view.n; i++) {
		const struct view_thread *thread = &actor->view.threads[i];

		if (!may_wait(thread))
			continue;
		before = view_thread(&actor->before, thread->host.tid);
		if (scene->looks < 2 ||
			(before != NULL && before->host.waits == thread->host.waits))
			return true;
	}
	return false;
}

/* ---- why it does not come ---- */

/* "it has lab_echo, mp_pdump": those of its own; EAL's are no help. */
static void
put_actions(const struct actions *actions, char *text, size_t size)
{
	char name[TEXT_ESCAPED_SIZE(ACTION_NAME_SIZE)];
	size_t i, n = 0, length = 0;

	text[0] = '\0';
	for (i = 0; i < actions->n && length < size; i++) {
		if (action_is_eals(actions->all[i].name) || n++ >= NAMED_MAX)
			continue;
		text_escape(name, (const uint8_t *)actions->all[i].name,
			strlen(actions->all[i].name));
		length += snprintf(
			text + length, size - length, "%s%s", n == 1 ? "" : ", ", name);
	}
	if (n == 0)
		snprintf(text, size, "none of its own");
	else if (n > NAMED_MAX && length < size)
		snprintf(text + length, size - length, " and %zu more", n - NAMED_MAX);
}

/*
 * Nothing is known against the process itself: has it the action? *kind is set when it
 * has not. False: that cannot be told.
 */
static bool
put_action(const struct actor *peer, const struct pending *pending,
	enum finding_kind *kind, char *text, size_t size)
{
	struct actions actions;
	char names[160];

	if (peer == NULL || !peer->opens || actions_read(&peer->group, &actions) < 0)
		return false;
	if (actions_find(&actions, pending->action) != NULL) {
		snprintf(text, size,
			"it has that action and reads its socket, but its handler does "
			"not reply");
	} else {
		put_actions(&actions, names, sizeof(names));
		snprintf(text, size, "it has no such action (it has %s)", names);
		*kind = FINDING_NO_ACTION;
	}
	actions_free(&actions);
	return true;
}

static void
add(const struct scene *scene, const struct actor *actor, const struct pending *pending,
	struct findings *findings)
{
	pid_t pid = culprit_of_socket(scene, pending->path);
	struct culprit_words words = culprit_words(scene, pid, actor->member->pid);
	char action[TEXT_ESCAPED_SIZE(ACTION_NAME_SIZE)];
	enum finding_kind kind = FINDING_WAITS_REPLY;
	struct finding *finding;
	bool is_known = words.text[0] != '\0' ||
		put_action(scene_actor(scene, pid), pending, &kind, words.text,
			sizeof(words.text));

	/* Of a request that no thread waits in, only what can never come is a finding. */
	if (!pending->is_sync && kind != FINDING_NO_ACTION &&
		culprit_words(scene, pid, actor->member->pid).text[0] == '\0')
		return;
	text_escape(action, (const uint8_t *)pending->action, strlen(pending->action));
	finding = findings_add(findings, kind, actor->member->pid, 0);
	snprintf(finding->text, sizeof(finding->text),
		"it waits for the reply of %.80s to %s request %.80s: %.280s",
		pid != 0 ? scene_name(scene, pid).text : "a process",
		pending->is_sync ? "sync" : "async", action,
		is_known ? words.text : "it is not known why it does not come");
	memcpy(finding->action, pending->action, sizeof(finding->action));
	finding->suspect = pid;
	finding_fold_bytes(finding, pending->action, strlen(pending->action));
	finding_fold_bytes(finding, pending->path, strlen(pending->path));
}

static void
find_in(const struct scene *scene, const struct actor *actor, struct findings *findings)
{
	bool waits = still_waits(scene, actor);
	size_t i;

	for (i = 0; i < actor->pendings.n; i++) {
		const struct pending *pending = &actor->pendings.all[i];

		if (!pending->is_answered && (waits || !pending->is_sync))
			add(scene, actor, pending, findings);
	}
}

void
replies_find(const struct scene *scene, struct findings *findings)
{
	size_t i;

	for (i = 0; i < scene->n; i++)
		if (scene->actors[i].is_asked && !scene->actors[i].is_gone &&
			!view_is_stopped(&scene->actors[i].view))
			find_in(scene, &scene->actors[i], findings);
}

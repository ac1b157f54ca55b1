/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds who holds the mutex that a thread waits for. */

#include <errno.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "base/text.h"
#include "host/process.h"
#include "outside/culprit.h"
#include "outside/finding.h"
#include "outside/futex.h"
#include "outside/scene.h"
#include "outside/source.h"
#include "outside/view.h"

/* glibc's pthread_mutex_t: lock, which is 2 with waiters, count, owner, users, kind. */
#define MUTEX_CONTENDED 2
#define MUTEX_KIND_MAX 0x1ff

enum {
	WORD_LOCK,
	WORD_COUNT,
	WORD_OWNER,
	WORD_USERS,
	WORD_KIND,
	WORDS,
};

bool
futex_owner(const struct view *view, const struct view_thread *thread, pid_t *owner)
{
	const struct host_thread *host = &thread->host;
	unsigned int op = host->args[1] & FUTEX_CMD_MASK;
	uint32_t words[WORDS];

	if (!host->is_in_call || host->call != SYS_futex || view->source == NULL ||
		source_read(view->source, host->args[0], words, sizeof(words)) < 0)
		return false;
	if (op == FUTEX_LOCK_PI || op == FUTEX_LOCK_PI2) {
		*owner = words[WORD_LOCK] & FUTEX_TID_MASK;
		return *owner != 0;
	}
	/* What else waits with this value is told by the rest, or by its stack. */
	if ((op != FUTEX_WAIT && op != FUTEX_WAIT_BITSET) ||
		(uint32_t)host->args[2] != MUTEX_CONTENDED ||
		words[WORD_LOCK] != MUTEX_CONTENDED || words[WORD_OWNER] == 0 ||
		words[WORD_USERS] == 0 || words[WORD_KIND] > MUTEX_KIND_MAX ||
		words[WORD_OWNER] > FUTEX_TID_MASK)
		return false;
	if (backtrace_has(&thread->stack, "pthread_cond_") ||
		backtrace_has(&thread->stack, "sem_wait"))
		return false;
	*owner = words[WORD_OWNER];
	return true;
}

/* The process that a thread of this host is of, 0: there is no such thread. */
static pid_t
process_of(pid_t tid)
{
	static const char label[] = "\nTgid:";
	char path[HOST_PROC_SIZE], text[4096];
	const char *at;

	if (host_read_text(host_proc_path(tid, "status", path), text, sizeof(text)) <= 0)
		return 0;
	at = strstr(text, label);
	return at != NULL ? atoi(at + strlen(label)) : 0;
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
futex_find(const struct scene *scene, struct findings *findings)
{
	size_t i;

	for (i = 0; i < scene->n; i++)
		if (scene->actors[i].is_asked)
			find_in(scene, &scene->actors[i], findings);
}

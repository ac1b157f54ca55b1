/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks at the sockets of rte_mp, without sending. */

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>

#include "base/text.h"
#include "host/sockets.h"
#include "outside/culprit.h"
#include "outside/finding.h"
#include "outside/queues.h"
#include "outside/scene.h"
#include "outside/source.h"
#include "outside/view.h"

/* ---- full ones ---- */

/* The path of a process's socket, as it can be reached; false: it has none. */
static bool
find_socket(const struct scene *scene, pid_t pid, char *path, size_t size)
{
	const struct dirent *entry;
	bool found = false;
	DIR *stream;

	if (scene->dir[0] == '\0')
		return false;
	if (pid == scene->primary) {
		snprintf(path, size, "%s/mp_socket", scene->dir);
		return true;
	}
	stream = opendir(scene->dir);
	while (stream != NULL && !found && (entry = readdir(stream)) != NULL) {
		snprintf(path, size, "%s/%s", scene->dir, entry->d_name);
		/* One of a dead process that had the same pid is stale. */
		found = host_socket_pid(entry->d_name) == pid &&
			host_look_at_socket(path) != HOST_SOCKET_STALE;
	}
	if (stream != NULL)
		closedir(stream);
	return found;
}

void
queues_glance(struct scene *scene)
{
	char path[PATH_MAX + NAME_MAX + 2];
	size_t i;

	for (i = 0; i < scene->n; i++) {
		struct actor *actor = &scene->actors[i];

		if (!actor->is_asked || actor->socket_was_read)
			continue;
		actor->socket_was_read =
			!find_socket(scene, actor->member->pid, path, sizeof(path)) ||
			host_look_at_socket(path) != HOST_SOCKET_FULL;
	}
}

/*
 * A socket that many send to is full most of the time. It is a finding only when its
 * thread takes nothing out: it has not run at all since the look before.
 */
static bool
takes_nothing(const struct scene *scene, const struct actor *actor)
{
	const struct view_thread *thread = view_mp_thread(&actor->view), *before;

	if (thread == NULL || scene->looks < 2)
		return true;
	before = view_thread(&actor->before, thread->host.tid);
	return before != NULL && before->host.run_ns == thread->host.run_ns;
}

static bool
has_finding(const struct findings *findings, enum finding_kind kind, pid_t pid)
{
	size_t i;

	for (i = 0; i < findings->n; i++)
		if (findings->all[i].kind == kind && findings->all[i].pid == pid)
			return true;
	return false;
}

static void
find_full(const struct scene *scene, const struct actor *actor, struct findings *findings)
{
	pid_t pid = actor->member->pid;
	struct finding *finding;

	if (actor->socket_was_read ||
		(!takes_nothing(scene, actor) &&
			!has_finding(findings, FINDING_IN_HANDLER, pid)))
		return;
	finding = findings_add(findings, FINDING_SOCKET_FULL, pid, 0);
	snprintf(finding->text, sizeof(finding->text),
		"the queue of its rte_mp socket is full: who sends to it is blocked");
}

/* ---- blocked senders ---- */

/*
 * The path that a thread sends to: sendmsg's msghdr begins with the address's pointer and
 * length. It is another process's memory, which may hold anything.
 */
static bool
read_target(const struct view *view, const struct host_thread *host,
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1])
{
	struct sockaddr_un address;
	uint64_t words[2];
	size_t length;

	if (view->source == NULL ||
		source_read(view->source, host->args[1], words, sizeof(words)) < 0)
		return false;
	length = words[1] & UINT32_MAX;
	if (length <= offsetof(struct sockaddr_un, sun_path) || length > sizeof(address))
		return false;
	memset(&address, 0, sizeof(address));
	if (source_read(view->source, words[0], &address, length) < 0 ||
		address.sun_family != AF_UNIX)
		return false;
	memcpy(path, address.sun_path, sizeof(address.sun_path));
	path[sizeof(address.sun_path)] = '\0';
	return strncmp(host_socket_name(path), "mp_socket", strlen("mp_socket")) == 0;
}

static void
add_blocked(const struct scene *scene, const struct view *view,
	const struct view_thread *thread, const char *path, struct findings *findings)
{
	pid_t pid = culprit_of_socket(scene, path);
	struct finding *finding =
		findings_add(findings, FINDING_SEND_BLOCKED, view->pid, thread->host.tid);
	struct culprit_words words = culprit_words(scene, pid, view->pid);
	char peer[128], shown[TEXT_ESCAPED_SIZE(HOST_SOCKET_NAME_SIZE)];
	const char *name = host_socket_name(path);

	text_escape(shown, (const uint8_t *)name, strnlen(name, HOST_SOCKET_NAME_SIZE));
	snprintf(peer, sizeof(peer), "%.127s",
		pid != 0 ? scene_name(scene, pid).text : shown);
	snprintf(finding->text, sizeof(finding->text),
		"thread %d (%s) is blocked in sendmsg to %.90s: the queue of its rte_mp "
		"socket is full%s%.200s",
		(int)thread->host.tid, view_role(thread).text, peer,
		pid != 0 && words.text[0] != '\0' ? "; " : "",
		pid != 0 ? words.text : "");
	finding->suspect = pid;
	finding_fold(finding, thread->host.waits);
	finding_fold_bytes(finding, name, strlen(name));
}

static void
find_blocked(
	const struct scene *scene, const struct actor *actor, struct findings *findings)
{
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1];
	const struct view *view = &actor->view;
	size_t i;

	for (i = 0; i < view->n; i++) {
		const struct view_thread *thread = &view->threads[i];
		const struct host_thread *host = &thread->host;

		if (host->is_in_call && host->call == SYS_sendmsg && host->state == 'S' &&
			read_target(view, host, path))
			add_blocked(scene, view, thread, path, findings);
	}
}

void
queues_find(const struct scene *scene, struct findings *findings)
{
	size_t i;

	for (i = 0; i < scene->n; i++) {
		const struct actor *actor = &scene->actors[i];

		if (!actor->is_asked || actor->is_gone)
			continue;
		find_full(scene, actor, findings);
		find_blocked(scene, actor, findings);
	}
}

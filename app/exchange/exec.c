/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Answers that shell commands give: mp listen <action> exec. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/wait.h>

#include <jansson.h>

#include "base/child.h"
#include "base/json.h"
#include "base/memory.h"
#include "exchange/exec.h"
#include "host/process.h"
#include "host/sockets.h"
#include "message/stats.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "mp/sender.h"
#include "mp/socket.h"
#include "output/output.h"
#include "peers/peers.h"

/* How long a command may take. */
#define EXEC_MS 5000

/* The asker, while the command runs for it. */
struct asker {
	char action[IPC_ACTION_SIZE], path[IPC_PATH_SIZE];
	pid_t pid;
	unsigned int row; /* of the statistics */
};

/* An action of which some got no answer. */
struct refused {
	LIST_ENTRY(refused) next;
	char action[IPC_ACTION_SIZE];
	uint64_t n;
	bool said; /* since a command was last run for it */
};

static LIST_HEAD(, refused) all_refused = LIST_HEAD_INITIALIZER(all_refused);

static struct refused *
find_refused(const char *action)
{
	struct refused *refused;

	LIST_FOREACH(refused, &all_refused, next)
		if (strcmp(refused->action, action) == 0)
			break;
	return refused;
}

uint64_t
exec_unanswered(const char *action)
{
	const struct refused *refused = find_refused(action);

	return refused != NULL ? refused->n : 0;
}

static void
say_no_answer(const struct asker *asker, const char *why)
{
	output_notice(
		json_pack("{s:{s:s, s:n, s:o, s:o, s:o}}", "event", "type", "no_answer",
			"peer", "pid", json_of_pid(asker->pid), "action",
			json_of_string(asker->action), "reason", json_of_string(why)),
		"* no answer to %s of pid %s: %s",
		output_escape(asker->action, strlen(asker->action)).text,
		host_pid_text(asker->pid).text, output_escape(why, strlen(why)).text);
}

/* Why a command that has ended in its time gave no answer; NULL if it did. */
static const char *
reason(const struct child_end *end, char *why, size_t size)
{
	size_t said = 0;
	int at;

	while (said < end->said_length && end->said[said] != '\n')
		said++;
	if (end->result == CHILD_LATE)
		snprintf(why, size, "the command took longer than %d s", EXEC_MS / 1000);
	else if (end->result == CHILD_WORDY)
		snprintf(why, size, "the command printed more than %d bytes",
			IPC_PAYLOAD_MAX);
	else if (WIFEXITED(end->status) && WEXITSTATUS(end->status) == 0)
		return NULL;
	else {
		at = WIFEXITED(end->status)
			? snprintf(why, size, "the command ended with %d",
				  WEXITSTATUS(end->status))
			: snprintf(why, size, "the command was ended by signal %d",
				  WTERMSIG(end->status));
		if (said != 0)
			snprintf(why + at, size - at, ": %.*s", (int)said, end->said);
	}
	return why;
}

static void
on_end(void *ctx, const struct child_end *end)
{
	struct asker *asker = ctx;
	size_t length = end->length;
	char why[CHILD_SAID_MAX + 64];

	if (reason(end, why, sizeof(why)) != NULL) {
		say_no_answer(asker, why);
		free(asker);
		return;
	}
	if (length != 0 && end->output[length - 1] == '\n')
		length--;
	if (ipc_reply_later(asker->path, asker->action, end->output, length) == 0)
		stats_count(asker->row, TRANSPORT_MP, COUNT_BYTES, length);
	free(asker);
}

/* Count it, and say so unless that was said since a command last ran for this action. */
static void
refuse(const struct asker *asker)
{
	struct refused *refused = find_refused(asker->action);

	stats_count(asker->row, TRANSPORT_MP, COUNT_REFUSED, 1);
	if (refused == NULL) {
		refused = memory_zeroed(sizeof(*refused));
		if (refused == NULL)
			return;
		strcpy(refused->action, asker->action);
		LIST_INSERT_HEAD(&all_refused, refused, next);
	}
	refused->n++;
	if (!refused->said)
		say_no_answer(asker, "16 commands run already; further ones are counted");
	refused->said = true;
}

static int
run(struct asker *asker, const char *command, const struct ipc_received *received)
{
	char action[sizeof(asker->action) + 16], pid[32];
	char *variables[] = { action, pid, NULL };
	struct refused *refused;
	int ret;

	snprintf(action, sizeof(action), "MPSH_ACTION=%s", asker->action);
	snprintf(pid, sizeof(pid), "MPSH_PID=%s", host_pid_text(asker->pid).text);
	ret = child_run(command, received->payload, received->length, variables, EXEC_MS,
		on_end, asker);
	refused = find_refused(asker->action);
	if (ret == 0 && refused != NULL)
		refused->said = false;
	return ret;
}

void
exec_answer(const struct ipc_received *received)
{
	const char *command = ipc_listener_command(received->action);
	int ret, peer = hub_find_socket(host_socket_name(received->path));
	struct asker *asker = command != NULL ? memory_zeroed(sizeof(*asker)) : NULL;

	if (asker == NULL)
		return;
	strcpy(asker->action, received->action);
	strcpy(asker->path, received->path);
	asker->pid = ipc_socket_owner(received->path);
	asker->row = peer >= 0 ? (unsigned int)peer : STATS_OTHERS;
	ret = run(asker, command, received);
	if (ret == 0)
		return;
	if (ret == -EBUSY)
		refuse(asker);
	else
		say_no_answer(asker, strerror(-ret));
	free(asker);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks at a process that does not answer. */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

#include "base/text.h"
#include "host/process.h"
#include "host/sockets.h"
#include "mp/callbacks.h"
#include "mp/silence.h"
#include "outside/actions.h"
#include "outside/group.h"

/* A thread that is busy just now may be ready in a moment. */
#define LOOKS 4
#define PAUSE_NS (5 * 1000000L)

/* Bytes of a list of actions; what does not fit is counted. */
#define LIST_SIZE 400

enum thread_state {
	THREAD_UNKNOWN,
	THREAD_WAITS, /* for the next message */
	THREAD_BUSY,
};

static enum thread_state
look_at_thread(pid_t pid, pid_t tid)
{
	char path[HOST_PROC_SIZE], file[40], text[256];
	char *end;
	long call;

	snprintf(file, sizeof(file), "task/%d/syscall", (int)tid);
	if (host_read_text(host_proc_path(pid, file, path), text, sizeof(text)) <= 0)
		return THREAD_UNKNOWN;
	call = strtol(text, &end, 10);
	return end != text && call == SYS_recvmsg ? THREAD_WAITS : THREAD_BUSY;
}

/* Is the rte_mp thread in a handler all the time? */
static enum thread_state
watch_thread(pid_t pid)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	enum thread_state state = THREAD_UNKNOWN;
	pid_t tid = host_find_mp_thread(pid);
	unsigned int i;

	for (i = 0; i < LOOKS && tid > 0; i++) {
		state = look_at_thread(pid, tid);
		if (state != THREAD_BUSY)
			break;
		nanosleep(&pause, NULL);
	}
	return state;
}

/* Append an action's name; false if it does not fit. */
static bool
put_name(const char *name, char *list, size_t size)
{
	char shown[TEXT_ESCAPED_SIZE(ACTION_NAME_SIZE)];
	size_t length = strlen(list);

	text_escape(shown, (const uint8_t *)name, strlen(name));
	/* There is to be room for " and 1000 more". */
	if (length + strlen(", ") + strlen(shown) + 16 > size)
		return false;
	sprintf(list + length, "%s%s", length > 0 ? ", " : "", shown);
	return true;
}

/* The actions of a process, those of EAL and DPDK's libraries last. */
static void
list_actions(const struct actions *actions, char *list, size_t size)
{
	size_t left_out = 0, i;
	unsigned int eals;

	list[0] = '\0';
	for (eals = 0; eals <= 1; eals++)
		for (i = 0; i < actions->n; i++)
			if (action_is_eals(actions->all[i].name) == (eals == 1) &&
				!put_name(actions->all[i].name, list, size))
				left_out++;
	if (left_out > 0)
		snprintf(list + strlen(list), size - strlen(list), " and %zu more",
			left_out);
}

static int
read_actions(pid_t pid, struct actions *actions)
{
	struct group group;
	char error[256];
	int ret = group_open_process(&group, pid, error, sizeof(error));

	if (ret < 0)
		return ret;
	ret = actions_read(&group, actions);
	group_close(&group);
	return ret;
}

/* Every console listens to its own action. */
static const char *
guess(const char *action)
{
	return strcmp(action, IPC_USER_ACTION) == 0 ? ""
						    : ": perhaps it has no such action";
}

static void
explain_by_actions(pid_t pid, const char *action, char *text, size_t size)
{
	char shown[TEXT_ESCAPED_SIZE(IPC_ACTION_SIZE)], list[LIST_SIZE];
	struct actions actions;

	if (read_actions(pid, &actions) < 0) {
		snprintf(text, size, "%s", guess(action));
		return;
	}
	if (actions_find(&actions, action) != NULL) {
		snprintf(text, size, "%s",
			watch_thread(pid) == THREAD_BUSY ? ": its handler does not return"
				: strcmp(action, IPC_USER_ACTION) == 0
				? ""
				: ": its handler has not answered");
	} else {
		text_escape(shown, (const uint8_t *)action, strlen(action));
		list_actions(&actions, list, sizeof(list));
		snprintf(text, size, ": it has no action %s; it has %s", shown, list);
	}
	actions_free(&actions);
}

void
silence_explain(pid_t pid, const char *action, char *text, size_t size)
{
	char state = pid > 0 ? host_process_state(pid) : 0;

	if (pid <= 0)
		snprintf(text, size, "%s", guess(action));
	else if (state == 0)
		text[0] = '\0';
	else if (state == 'T' || state == 't')
		snprintf(text, size, ": it is stopped%s",
			state == 't' ? " by a debugger" : "");
	else if (host_lacks_mp_thread(pid))
		snprintf(text, size, ": its rte_mp thread has ended");
	else
		explain_by_actions(pid, action, text, size);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The rte_mp actions of other applications that this process listens to and answers. */

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "base/memory.h"
#include "message/answer.h"
#include "message/stats.h"
#include "mp/callbacks.h"
#include "mp/handler.h"
#include "mp/listen.h"
#include "mp/socket.h"
#include "mp/state.h"

static void
take_received(void *arg)
{
	handler_post_taken();
	if (!handler_is_stopping())
		ipc.callbacks.received(arg);
	free(arg);
}

/*
 * Write the answer to a payload into reply: for IPC_USER_ACTION as "set answer" says,
 * for another action as its listener says. Returns the answer's length; -EAGAIN when
 * the answer must come *delay_ms later; -EINPROGRESS when a command is to give it;
 * -ENOMSG when there is to be none.
 */
static int
make_answer(const char *action, const uint8_t *payload, int length, uint8_t *reply,
	uint32_t *delay_ms)
{
	struct answer answer = { .mode = ANSWER_OFF };
	int i;

	if (strcmp(action, IPC_USER_ACTION) == 0)
		return answer_make(payload, length, reply, IPC_PAYLOAD_MAX, delay_ms);
	pthread_mutex_lock(&ipc.lock);
	for (i = 0; i < LISTENERS_MAX; i++)
		if (strcmp(ipc.listeners[i].action, action) == 0)
			answer = ipc.listeners[i].answer;
	pthread_mutex_unlock(&ipc.lock);
	switch (answer.mode) {
	case ANSWER_ECHO:
		memcpy(reply, payload, length);
		return length;
	case ANSWER_TEXT:
		memcpy(reply, answer.text, answer.length);
		return answer.length;
	case ANSWER_DELAY:
		*delay_ms = answer.delay_ms;
		return -EAGAIN;
	case ANSWER_EXEC:
		return -EINPROGRESS;
	default:
		return -ENOMSG;
	}
}

static int
send_reply(const char *path, const char *action, const uint8_t *payload, int length)
{
	struct rte_mp_msg msg = { 0 };

	snprintf(msg.name, sizeof(msg.name), "%s", action);
	memcpy(msg.param, payload, length);
	msg.len_param = length;
	return rte_mp_reply(&msg, path) == 0 ? 0 : -EIO;
}

int
listen_on_action(const struct rte_mp_msg *msg, const void *peer)
{
	struct ipc_received *to;

	if (handler_is_stopping()) {
		handler_close_fds(msg->fds, handler_count_fds(msg));
		return 0;
	}
	to = memory_zeroed(sizeof(*to));
	if (to == NULL) {
		handler_close_fds(msg->fds, handler_count_fds(msg));
		return 0;
	}
	memcpy(to->action, msg->name, sizeof(to->action));
	to->action[sizeof(to->action) - 1] = '\0';
	snprintf(to->path, sizeof(to->path), "%s", (const char *)peer);
	to->length = RTE_MAX(0, RTE_MIN(msg->len_param, IPC_PAYLOAD_MAX));
	memcpy(to->payload, msg->param, to->length);
	to->n_fds = handler_describe_fds(msg, to->fds);
	to->answer_length = make_answer(
		to->action, to->payload, to->length, to->answer, &to->delay_ms);
	to->executes = to->answer_length == -EINPROGRESS;
	if (to->answer_length == -EAGAIN) {
		to->delayed = true;
		memcpy(to->answer, to->payload, to->length);
		to->answer_length = to->length;
	} else if (to->answer_length >= 0 &&
		__atomic_load_n(&ipc.posts, __ATOMIC_RELAXED) < POSTS_MAX) {
		to->answered = send_reply(to->path, to->action, to->answer,
				       to->answer_length) == 0;
	}
	if (!handler_post(take_received, to))
		stats_count(STATS_OTHERS, TRANSPORT_MP, COUNT_REFUSED, 1);
	return 0;
}

/* The caller holds ipc.lock. action "" finds a free entry. */
static struct listener *
find_listener(const char *action)
{
	int i;

	for (i = 0; i < LISTENERS_MAX; i++)
		if (strcmp(ipc.listeners[i].action, action) == 0)
			return &ipc.listeners[i];
	return NULL;
}

int
ipc_listen(const char *action, const struct answer *answer, const char *command)
{
	char *copy = command != NULL ? strdup(command) : NULL;
	struct listener *listener;
	int ret = command != NULL && copy == NULL ? -ENOMEM : 0;

	pthread_mutex_lock(&ipc.lock);
	listener = find_listener(action);
	if (listener == NULL && ret == 0) {
		listener = find_listener("");
		if (listener == NULL)
			ret = -ENOSPC;
		else if (rte_mp_action_register(action, listen_on_action) < 0)
			ret = -rte_errno;
	}
	if (ret == 0) {
		snprintf(listener->action, sizeof(listener->action), "%s", action);
		listener->answer = *answer;
		free(listener->command);
		listener->command = copy;
	}
	pthread_mutex_unlock(&ipc.lock);
	if (ret < 0)
		free(copy);
	return ret;
}

int
ipc_unlisten(const char *action)
{
	struct listener *listener;

	pthread_mutex_lock(&ipc.lock);
	listener = action[0] != '\0' ? find_listener(action) : NULL;
	if (listener != NULL) {
		listener->action[0] = '\0';
		free(listener->command);
		listener->command = NULL;
	}
	pthread_mutex_unlock(&ipc.lock);
	if (listener == NULL)
		return -ENOENT;
	rte_mp_action_unregister(action);
	return 0;
}

const char *
ipc_listener_command(const char *action)
{
	const struct listener *listener;
	const char *command;

	pthread_mutex_lock(&ipc.lock);
	listener = find_listener(action);
	command = listener != NULL ? listener->command : NULL;
	pthread_mutex_unlock(&ipc.lock);
	return command;
}

bool
ipc_listener(unsigned int i, char action[IPC_ACTION_SIZE], struct answer *answer)
{
	bool found = false;
	int at;

	pthread_mutex_lock(&ipc.lock);
	for (at = 0; at < LISTENERS_MAX && !found; at++) {
		if (ipc.listeners[at].action[0] == '\0' || i-- != 0)
			continue;
		memcpy(action, ipc.listeners[at].action, IPC_ACTION_SIZE);
		*answer = ipc.listeners[at].answer;
		found = true;
	}
	pthread_mutex_unlock(&ipc.lock);
	return found;
}

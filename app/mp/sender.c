/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The sender thread and its queue: a send over rte_mp may block. */

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "base/loop.h"
#include "base/memory.h"
#include "message/message.h"
#include "message/stats.h"
#include "mp/callbacks.h"
#include "mp/handler.h"
#include "mp/path.h"
#include "mp/sender.h"
#include "mp/state.h"

/* How many may wait to be sent. Each can take 100 ms for each process that reads nothing.
 */
#define SENDS_MAX 256

void
sender_wrap_message(const struct message *message, struct rte_mp_msg *msg)
{
	memset(msg, 0, sizeof(*msg));
	snprintf(msg->name, sizeof(msg->name), ACTION_MESSAGE);
	msg->len_param = message_pack(message, msg->param);
}

static void
sending_done(void *arg)
{
	struct sending *sending = arg;

	if (sending->done != NULL)
		sending->done(sending->ctx, sending->result);
	free(sending);
}

void *
sender_main(void *arg)
{
	(void)arg;
	for (;;) {
		struct sending *sending;

		while (sem_wait(&ipc.queued) < 0)
			; /* interrupted by a signal */
		pthread_mutex_lock(&ipc.lock);
		sending = STAILQ_FIRST(&ipc.queue);
		if (sending != NULL) {
			STAILQ_REMOVE_HEAD(&ipc.queue, next);
			ipc.n_queued--;
		}
		pthread_mutex_unlock(&ipc.lock);
		if (sending == NULL)
			break; /* the queue is empty: ipc_stop() has posted */
		if (sending->stamp != NULL)
			__atomic_store_n(sending->stamp, rte_rdtsc(), __ATOMIC_RELEASE);
		if (handler_is_stopping() && loop_now() > ipc.last_send)
			sending->result = -ESHUTDOWN;
		else if (sending->path[0] != '\0')
			sending->result = rte_mp_reply(&sending->msg, sending->path);
		else
			sending->result = path_send(&sending->msg);
		if (sending->result != 0 && sending->result != -ESHUTDOWN)
			sending->result = rte_errno != 0 ? -rte_errno : -EIO;
		handler_close_fds(sending->msg.fds, sending->msg.num_fds);
		if (loop_post(sending_done, sending) < 0)
			free(sending);
	}
	return NULL;
}

/*
 * Queue work for the sender thread: a reply to the socket path, or with "" a message.
 */
static int
queue_sending(const char *action, const uint8_t *payload, int length, const char *path,
	uint64_t *stamp, void (*done)(void *ctx, int result), void *ctx, const int fds[],
	int n_fds)
{
	struct sending *sending;
	bool full;

	if (handler_is_stopping() || !ipc.sender_runs)
		return -ESHUTDOWN;
	sending = memory_zeroed(sizeof(*sending));
	if (sending == NULL)
		return -ENOMEM;
	snprintf(sending->msg.name, sizeof(sending->msg.name), "%s", action);
	memcpy(sending->msg.param, payload, length);
	sending->msg.len_param = length;
	if (n_fds != 0)
		memcpy(sending->msg.fds, fds, n_fds * sizeof(fds[0]));
	sending->msg.num_fds = n_fds;
	snprintf(sending->path, sizeof(sending->path), "%s", path);
	sending->stamp = stamp;
	sending->done = done;
	sending->ctx = ctx;
	pthread_mutex_lock(&ipc.lock);
	full = ipc.n_queued == SENDS_MAX;
	if (!full) {
		STAILQ_INSERT_TAIL(&ipc.queue, sending, next);
		ipc.n_queued++;
	}
	pthread_mutex_unlock(&ipc.lock);
	if (full) {
		free(sending);
		stats_count(STATS_OTHERS, TRANSPORT_MP, COUNT_REFUSED, 1);
		return -ENOBUFS;
	}
	sem_post(&ipc.queued);
	return 0;
}

int
ipc_send(const struct message *message, uint64_t *stamp,
	void (*done)(void *ctx, int result), void *ctx)
{
	uint8_t param[IPC_PAYLOAD_MAX];
	int length = message_pack(message, param);

	if (length < 0)
		return length;
	return queue_sending(
		ACTION_MESSAGE, param, length, "", stamp, done, ctx, NULL, 0);
}

int
ipc_reply_later(const char *path, const char *action, const uint8_t *payload, int length)
{
	return queue_sending(action, payload, length, path, NULL, NULL, NULL, NULL, 0);
}

int
ipc_notify(const char *action, const uint8_t *payload, int length, const int fds[],
	int n_fds, void (*done)(void *ctx, int result), void *ctx)
{
	int ret = queue_sending(action, payload, length, "", NULL, done, ctx, fds, n_fds);

	if (ret < 0)
		handler_close_fds(fds, n_fds);
	return ret;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* An rte_mp request to the processes that have an action, and why a request failed. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "base/background.h"
#include "base/loop.h"
#include "base/memory.h"
#include "host/process.h"
#include "mp/callbacks.h"
#include "mp/handler.h"
#include "mp/path.h"
#include "mp/request.h"
#include "mp/silence.h"
#include "mp/socket.h"
#include "mp/state.h"

/* Say what is known of the process that has not answered. */
static void
explain_silence(struct ipc_request *request)
{
	size_t length = strlen(request->error);

	if (request->result == -ETIMEDOUT && request->silent != 0 && !request->is_probe)
		silence_explain(request->silent, request->action, request->error + length,
			sizeof(request->error) - length);
}

static void
request_done(void *arg)
{
	struct ipc_request *request = arg;
	struct pending *pending;

	LIST_FOREACH(pending, &ipc.pending, next) {
		if (strcmp(pending->action, request->action) == 0) {
			LIST_REMOVE(pending, next);
			free(pending);
			break;
		}
	}
	explain_silence(request);
	request->done(request);
}

/*
 * Describe the process that made a request fail, in words; returns its pid, 0 if it is
 * not known. rte_mp_request_sync() asks
 * the sockets in the order of the directory and stops at the first failure (fact 3 of
 * app/README.md). asked is the number of requests sent: after a timeout (was_sent) the
 * last of these processes did not reply, otherwise the send to the next process failed.
 */
static pid_t
describe_failed(int asked, bool was_sent, char *process, size_t size)
{
	struct ipc_socket found;
	int n = was_sent ? asked - 1 : asked;

	if (!ipc.is_primary) {
		host_describe_process(ipc.primary_pid, process, size);
		return ipc.primary_pid;
	}
	if (n >= 0 && ipc_socket(n, &found)) {
		ipc_describe_socket(&found, process, size);
		return found.stale ? 0 : found.pid;
	}
	snprintf(process, size, "a process that left meanwhile");
	return 0;
}

/* Why it is silent is said at the end of the sentence, and not beside its name. */
static void
describe_silent(struct ipc_request *request, char *process, size_t size)
{
	char name[16];

	request->silent = describe_failed(request->n_sent, true, process, size);
	if (request->silent <= 0 || host_process_state(request->silent) == 0)
		return;
	host_process_name(request->silent, name);
	snprintf(process, size, "pid %d (%s)", (int)request->silent, name);
}

static void
explain_request(struct ipc_request *request, int error)
{
	char process[96];

	if (error == ETIMEDOUT)
		describe_silent(request, process, sizeof(process));
	else
		describe_failed(request->n_sent, false, process, sizeof(process));
	switch (error) {
	case ETIMEDOUT:
		snprintf(request->error, sizeof(request->error),
			"no reply from %s within %u ms", process, request->timeout_ms);
		break;
	case EAGAIN:
		snprintf(request->error, sizeof(request->error),
			"%s does not read its socket", process);
		break;
	case EEXIST:
		snprintf(request->error, sizeof(request->error),
			"DPDK still waits for an earlier one to %s", process);
		break;
	case ECONNREFUSED:
	case ENOENT:
		snprintf(request->error, sizeof(request->error), "%s is gone", process);
		break;
	default:
		snprintf(request->error, sizeof(request->error), "%s: %s", process,
			strerror(error));
	}
}

static void
make_request(void *arg)
{
	struct ipc_request *request = arg;
	struct timespec timeout = {
		.tv_sec = request->timeout_ms / 1000,
		.tv_nsec = request->timeout_ms % 1000 * 1000000L,
	};
	struct rte_mp_msg msg = { 0 };
	struct rte_mp_reply reply = { 0 };
	uint64_t before;
	int i, ret;

	snprintf(msg.name, sizeof(msg.name), "%s", request->action);
	memcpy(msg.param, request->payload, request->length);
	msg.len_param = request->length;
	memcpy(msg.fds, request->fds, request->n_fds * sizeof(msg.fds[0]));
	msg.num_fds = request->n_fds;
	rte_errno = 0;
	before = rte_rdtsc();
	ret = path_request(&msg, &reply, &timeout);
	request->ticks = rte_rdtsc() - before;
	request->n_sent = reply.nb_sent;
	handler_close_fds(request->fds, request->n_fds);
	if (ret != 0) {
		int error = rte_errno != 0 ? rte_errno : EIO;

		request->result = -error;
		explain_request(request, error);
	} else if (reply.nb_received > 0) {
		request->replies =
			memory_zeroed(reply.nb_received * sizeof(*request->replies));
		for (i = 0; i < reply.nb_received; i++) {
			const struct rte_mp_msg *from = &reply.msgs[i];
			struct ipc_reply *to;

			if (request->replies == NULL) {
				handler_close_fds(from->fds, handler_count_fds(from));
				continue;
			}
			to = &request->replies[request->n_received++];
			to->length =
				RTE_MAX(0, RTE_MIN(from->len_param, IPC_PAYLOAD_MAX));
			memcpy(to->payload, from->param, to->length);
			to->n_fds = handler_describe_fds(from, to->fds);
		}
	}
	free(reply.msgs);
	loop_post(request_done, request);
}

bool
ipc_request_is_pending(const char *action)
{
	struct pending *pending;

	LIST_FOREACH(pending, &ipc.pending, next)
		if (strcmp(pending->action, action) == 0)
			return true;
	return false;
}

int
ipc_request_start(struct ipc_request *request)
{
	struct pending *pending;
	int ret;

	if (handler_is_stopping())
		return -ESHUTDOWN;
	if (ipc_request_is_pending(request->action))
		return -EEXIST;
	pending = memory_zeroed(sizeof(*pending));
	if (pending == NULL)
		return -ENOMEM;
	memcpy(pending->action, request->action, sizeof(pending->action));
	ret = background_run(make_request, request);
	if (ret < 0) {
		free(pending);
		return ret;
	}
	LIST_INSERT_HEAD(&ipc.pending, pending, next);
	return 0;
}

void
ipc_request_free(struct ipc_request *request)
{
	free(request->replies);
	free(request);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Requests over rte_mp: sent, waited for, and shown with their replies. */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/task.h"
#include "base/ticks.h"
#include "exchange/mp_request.h"
#include "exchange/question.h"
#include "mp/payload.h"
#include "output/json_text.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/self.h"

struct wait {
	struct task task;
	struct ipc_request *request;
};

static void
view(const json_t *result)
{
	uint8_t bytes[IPC_PAYLOAD_MAX];
	char shown[PAYLOAD_SHOWN_SIZE];
	json_int_t sent, replied, rtt_ns;
	const json_t *replies, *reply;
	size_t i;

	json_unpack((json_t *)result, "{s:I, s:I, s:I}", "sent", &sent, "replied",
		&replied, "rtt_ns", &rtt_ns);
	replies = json_object_get(result, "replies");
	json_array_foreach(replies, i, reply) {
		size_t length = output_get_text(reply, bytes, sizeof(bytes));
		int n_fds = json_integer_value(json_object_get(reply, "fds"));

		output_line("reply %zu of %" JSON_INTEGER_FORMAT ": %s", i + 1, replied,
			payload_show(bytes, length, n_fds, shown));
	}
	output_line("%" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT " replied (%s)",
		replied, sent, output_duration(rtt_ns).text);
}

int
mp_request_print(const struct ipc_request *request, const char *command)
{
	json_t *replies, *result;
	int i;

	if (request->result == 0 && request->n_sent == 0) {
		output_error("no other process is in the group");
		return -ENOENT;
	}
	if (request->result < 0) {
		output_error("request failed: %s", request->error);
		return -EIO;
	}
	replies = json_array();
	for (i = 0; i < request->n_received; i++) {
		json_t *reply = json_object();

		output_set_text(
			reply, request->replies[i].payload, request->replies[i].length);
		json_object_set_new(
			reply, "fds", json_integer(request->replies[i].n_fds));
		json_array_append_new(replies, reply);
	}
	result = json_pack("{s:o, s:i, s:i, s:I, s:o}", "action",
		json_of_string(request->action), "sent", request->n_sent, "replied",
		request->n_received, "rtt_ns", (json_int_t)ticks_to_ns(request->ticks),
		"replies", replies);
	output_result(command, result, view);
	return 0;
}

void
mp_request_count(const struct ipc_request *request)
{
	unsigned int row = hub_role() == ROLE_SECONDARY ? 0 : STATS_OTHERS;
	int64_t bytes = (int64_t)request->length * request->n_sent;
	int i;

	for (i = 0; i < request->n_received; i++)
		bytes += request->replies[i].length;

	stats_count(row, TRANSPORT_MP, COUNT_SENT, request->n_sent);
	stats_count(row, TRANSPORT_MP, COUNT_REPLIES, request->n_received);
	stats_count(
		row, TRANSPORT_MP, COUNT_TIMEOUTS, request->n_sent - request->n_received);
	stats_count(row, TRANSPORT_MP, COUNT_BYTES, bytes);
	if (request->result == 0 && request->n_received > 0)
		stats_round_trip(row, TRANSPORT_MP, ticks_to_ns(request->ticks));
}

static void
free_wait(struct task *task)
{
	ipc_request_free(((struct wait *)task)->request);
	free(task);
}

static void
on_done(struct ipc_request *request)
{
	mp_request_count(request);
	task_over(request->ctx);
}

/* Start a request, with its wait in *begun. After an error both are the caller's. */
static int
start(struct ipc_request *request, struct wait **begun)
{
	struct wait *wait = memory_zeroed(sizeof(*wait));

	*begun = wait;
	if (wait == NULL)
		return -ENOMEM;
	wait->task.free = free_wait;
	wait->request = request;
	request->ctx = wait;
	request->done = on_done;
	return ipc_request_start(request);
}

int
mp_request_ask(struct ipc_request **request)
{
	struct wait *wait;
	int ret = start(*request, &wait);

	if (ret < 0) {
		ipc_request_free(*request);
		free(wait);
		*request = NULL;
		return ret;
	}
	ret = task_wait(&wait->task, LOOP_FOREVER);
	if (ret < 0)
		*request = NULL;
	else
		free(wait);
	return ret;
}

bool
mp_request_is_answered(const struct ipc_request *request)
{
	return request->result == 0 && request->n_sent > 0 &&
		request->n_received == request->n_sent;
}

int
mp_request_run(struct ipc_request *request, const char *command)
{
	struct wait *wait;
	int ret;

	request->timeout_ms = exchange_timeout();
	ret = start(request, &wait);
	if (ret < 0) {
		if (ret == -EEXIST)
			output_error("a request to %s is still pending",
				output_escape(request->action, strlen(request->action))
					.text);
		else if (ret == -ENOMEM)
			output_no_memory();
		else
			output_error("request failed: %s", strerror(-ret));
		ipc_request_free(request);
		free(wait);
		return ret;
	}
	ret = task_wait(&wait->task, LOOP_FOREVER);
	if (ret < 0) {
		output_error("interrupted: DPDK waits on until the timeout");
		return ret;
	}
	ret = mp_request_print(request, command);
	ipc_request_free(request);
	free(wait);
	return ret;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ticks.h"
#include "exchange/reply.h"
#include "host/process.h"
#include "mp/payload.h"
#include "output/json_text.h"
#include "output/output.h"
#include "peers/self.h"

/* The view of one reply needs its bytes, which JSON may not hold: print from the request.
 */
static void
print_text(const struct ipc_request *request)
{
	char shown[PAYLOAD_SHOWN_SIZE];
	int i;

	for (i = 0; i < request->n_received; i++)
		output_line("reply %d of %d: %s", i + 1, request->n_received,
			payload_show(request->replies[i].payload,
				request->replies[i].length, request->replies[i].n_fds,
				shown));
	output_line("%d of %d replied (%s)", request->n_received, request->n_sent,
		output_duration(ticks_to_ns(request->ticks)));
}

int
reply_print(const struct ipc_request *request, const char *command)
{
	json_t *replies, *result;
	int i;

	if (request->result < 0) {
		output_error("request failed: %s", request->error);
		return -EIO;
	}
	print_text(request);
	replies = json_array();
	for (i = 0; i < request->n_received; i++) {
		json_t *reply = json_object();

		output_set_text(
			reply, request->replies[i].payload, request->replies[i].length);
		json_object_set_new(
			reply, "fds", json_integer(request->replies[i].n_fds));
		json_array_append_new(replies, reply);
	}
	result = json_pack("{s:s, s:i, s:i, s:I, s:o}", "action", request->action, "sent",
		request->n_sent, "replied", request->n_received, "rtt_ns",
		(json_int_t)ticks_to_ns(request->ticks), "replies", replies);
	output_result(command, result, NULL);
	return 0;
}

void
reply_say_received(const struct ipc_received *received)
{
	json_t *document = json_object(), *fds = json_array();
	char names[IPC_RECEIVED_FDS_MAX * 66] = "", comm[16];
	pid_t pid = received->pid != 0 ? received->pid : hub_primary_pid();
	char shown[PAYLOAD_SHOWN_SIZE];
	const char *action;
	size_t at = 0;
	int i;

	host_process_name(pid, comm);
	for (i = 0; i < received->n_fds; i++) {
		json_array_append_new(fds, json_string(received->fds[i]));
		at += snprintf(names + at, sizeof(names) - at, "%s%s",
			i == 0 ? " fds: " : ", ", received->fds[i]);
	}
	json_object_set_new(document, "peer", json_null());
	output_set_text(document, received->payload, received->length);
	json_object_set_new(document, "transport", json_string("mp"));
	json_object_set_new(document, "kind", json_string("mp"));
	json_object_set_new(document, "action", json_string(received->action));
	json_object_set_new(document, "pid", json_integer(pid));
	json_object_set_new(document, "command", json_string(comm));
	json_object_set_new(document, "fds", fds);
	payload_show(received->payload, received->length, received->n_fds, shown);
	action = output_escape(received->action, strlen(received->action));
	output_notice(json_pack("{s:o}", "received", document),
		"[mp %s] pid %d (%s): %s%s", action, pid,
		output_escape(comm, strlen(comm)), shown,
		names[0] != '\0' ? output_escape(names, strlen(names)) : "");
}

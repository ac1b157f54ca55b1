/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "hub.h"
#include "preflight.h"
#include "reply.h"
#include "text.h"
#include "worker.h"

/* Can this payload be shown, and typed again, as text? */
static bool
is_plain(const uint8_t *payload, size_t length)
{
	size_t at = 0;

	if ((length >= 4 && memcmp(payload, "hex:", 4) == 0) ||
			(length >= 3 && memcmp(payload, "fd:", 3) == 0))
		return false;
	while (at < length) {
		uint32_t character;
		unsigned int n = text_utf8_decode(payload + at, length - at, &character);

		if (n == 0 || !text_is_printable(character))
			return false;
		at += n;
	}
	return true;
}

const char *
reply_payload(const uint8_t *payload, size_t length, int n_fds)
{
	char shown[IPC_PAYLOAD_MAX * 2 + 64];
	size_t i, at;

	if (is_plain(payload, length)) {
		at = snprintf(shown, sizeof(shown), "%.*s", (int)length, (const char *)payload);
		if (n_fds > 0)
			snprintf(shown + at, sizeof(shown) - at, " (%d fd%s)", n_fds,
				n_fds == 1 ? "" : "s");
	} else {
		at = snprintf(shown, sizeof(shown), "hex:");
		for (i = 0; i < length && i < IPC_PAYLOAD_MAX; i++)
			at += snprintf(shown + at, sizeof(shown) - at, "%02x", payload[i]);
		at += snprintf(shown + at, sizeof(shown) - at, " (%zu byte%s", length,
			length == 1 ? "" : "s");
		if (n_fds > 0)
			at += snprintf(shown + at, sizeof(shown) - at, ", %d fd%s", n_fds,
				n_fds == 1 ? "" : "s");
		snprintf(shown + at, sizeof(shown) - at, ")");
	}
	return output_escape(shown, strlen(shown));
}

/* The view of one reply needs its bytes, which JSON may not hold: print from the request. */
static void
print_text(const struct ipc_request *request)
{
	int i;

	for (i = 0; i < request->n_received; i++)
		output_line("reply %d of %d: %s", i + 1, request->n_received,
			reply_payload(request->replies[i].payload, request->replies[i].length,
				request->replies[i].n_fds));
	output_line("%d of %d replied (%s)", request->n_received, request->n_sent,
		output_duration(worker_ticks_to_ns(request->ticks)));
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

		output_set_text(reply, request->replies[i].payload, request->replies[i].length);
		json_object_set_new(reply, "fds", json_integer(request->replies[i].n_fds));
		json_array_append_new(replies, reply);
	}
	result = json_pack("{s:s, s:i, s:i, s:I, s:o}", "action", request->action, "sent",
		request->n_sent, "replied", request->n_received, "rtt_ns",
		(json_int_t)worker_ticks_to_ns(request->ticks), "replies", replies);
	output_result(command, result, NULL);
	return 0;
}

void
reply_say_received(const struct ipc_received *received)
{
	json_t *document = json_object(), *fds = json_array();
	char names[IPC_FDS_MAX * 66] = "", comm[16];
	pid_t pid = received->pid != 0 ? received->pid : hub_primary_pid();
	const char *shown, *action;
	size_t at = 0;
	int i;

	preflight_process_name(pid, comm);
	for (i = 0; i < received->n_fds; i++) {
		json_array_append_new(fds, json_string(received->fds[i]));
		at += snprintf(names + at, sizeof(names) - at, "%s%s", i == 0 ? " fds: " : ", ",
			received->fds[i]);
	}
	json_object_set_new(document, "peer", json_null());
	output_set_text(document, received->payload, received->length);
	json_object_set_new(document, "transport", json_string("mp"));
	json_object_set_new(document, "kind", json_string("mp"));
	json_object_set_new(document, "action", json_string(received->action));
	json_object_set_new(document, "pid", json_integer(pid));
	json_object_set_new(document, "command", json_string(comm));
	json_object_set_new(document, "fds", fds);
	shown = reply_payload(received->payload, received->length, received->n_fds);
	action = output_escape(received->action, strlen(received->action));
	output_notice(json_pack("{s:o}", "received", document), "[mp %s] pid %d (%s): %s%s",
		action, pid, output_escape(comm, strlen(comm)), shown,
		names[0] != '\0' ? output_escape(names, strlen(names)) : "");
}

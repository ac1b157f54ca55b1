/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* mp: rte_mp as any DPDK application speaks it: request, notify, listen. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/task.h"
#include "cmds/cmds.h"
#include "cmds/mp.h"
#include "exchange/listened.h"
#include "exchange/mp_request.h"
#include "grammar/args.h"
#include "host/process.h"
#include "message/answer.h"
#include "mp/listen.h"
#include "mp/payload.h"
#include "mp/sender.h"
#include "mp/socket.h"
#include "output/json_text.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/self.h"

const char *
mp_get_action(const struct args *args)
{
	const char *action = args_word(args, "action");

	if (strlen(action) < IPC_ACTION_SIZE)
		return action;
	output_error("action is %zu bytes, the limit is %d; nothing was sent",
		strlen(action), IPC_ACTION_SIZE - 1);
	return NULL;
}

int
mp_get_payload(const struct args *args, struct payload *payload)
{
	char error[1024];
	const char *typed;
	size_t length;
	int ret;

	typed = args_bytes(args, "payload", &length);
	ret = payload_parse(
		typed != NULL ? typed : "", length, payload, error, sizeof(error));
	if (ret < 0)
		output_error("%s", error);
	return ret;
}

int
mp_check_payload(const struct args *args, char *error, size_t size)
{
	size_t length;
	const char *typed = args_bytes(args, "payload", &length);
	int ret = payload_check(typed != NULL ? typed : "", length, error, size);

	return ret < 0 ? ret : 0;
}

static int
run_request(const struct args *args)
{
	const char *action = mp_get_action(args);
	struct ipc_request *request;
	struct payload payload;
	int ret;

	if (action == NULL)
		return -E2BIG;
	ret = mp_get_payload(args, &payload);
	if (ret < 0)
		return ret;
	request = memory_zeroed(sizeof(*request));
	if (request == NULL) {
		payload_close(&payload);
		return output_no_memory();
	}
	strcpy(request->action, action);
	memcpy(request->payload, payload.bytes, payload.length);
	request->length = payload.length;
	memcpy(request->fds, payload.fds, sizeof(payload.fds));
	request->n_fds = payload.n_fds;
	return mp_request_run(request, "mp_request");
}

struct notified {
	struct task task;
	int result;
};

static void
on_notified(void *ctx, int result)
{
	struct notified *notified = ctx;

	notified->result = result;
	task_over(&notified->task);
}

/* Print an error that names the process that did not take the message. */
static void
say_not_notified(int error)
{
	struct ipc_socket found;
	unsigned int i;
	char who[96];

	for (i = 0; ipc_socket(i, &found); i++) {
		if (!found.full && !found.stale)
			continue;
		output_error("notify failed: %s %s",
			ipc_describe_socket(&found, who, sizeof(who)),
			found.full ? "does not read its socket"
				   : "has left its socket behind");
		return;
	}
	output_error("notify failed: %s", strerror(-error));
}

static void
view_notify(const json_t *result)
{
	json_int_t sent = json_integer_value(json_object_get(result, "sent"));

	output_line("sent to %" JSON_INTEGER_FORMAT " process%s", sent,
		sent == 1 ? "" : "es");
}

static int
run_notify(const struct args *args)
{
	const char *action = mp_get_action(args);
	struct notified *notified;
	struct payload payload;
	struct ipc_socket found;
	unsigned int n = 0;
	int ret;

	if (action == NULL)
		return -E2BIG;
	ret = mp_get_payload(args, &payload);
	if (ret < 0)
		return ret;
	notified = memory_zeroed(sizeof(*notified));
	ret = notified == NULL
		? -ENOMEM
		: ipc_notify(action, payload.bytes, payload.length, payload.fds,
			  payload.n_fds, on_notified, notified);
	if (ret < 0) {
		output_error("notify failed: %s", strerror(-ret));
		free(notified);
		return ret;
	}
	ret = task_wait(&notified->task, LOOP_FOREVER);
	if (ret < 0) {
		output_error("interrupted: the message is not sent yet");
		return ret;
	}
	ret = notified->result;
	free(notified);
	if (ret < 0) {
		say_not_notified(ret);
		return ret;
	}
	while (ipc_socket(n, &found) && (hub_role() == ROLE_PRIMARY || n == 0))
		n++;
	if (n == 0) {
		output_error("no other process is in the group");
		return -ENOENT;
	}
	output_result("mp_notify",
		json_pack("{s:o, s:i}", "action", json_of_string(action), "sent", (int)n),
		view_notify);
	return 0;
}

static void
view_command(const char *action, const json_t *listener)
{
	const json_t *command = json_object_get(listener, "command");
	json_int_t n = json_integer_value(json_object_get(listener, "unanswered"));

	output_line("%s exec %s", action, json_string_value(command));
	if (n != 0)
		output_line("  %" JSON_INTEGER_FORMAT
			    " got no answer, as %d commands ran already",
			n, CHILDREN_MAX);
}

static void
view_listeners(const json_t *listeners)
{
	const json_t *listener;
	size_t i;

	if (json_array_size(listeners) == 0)
		output_line("no action is listened to but %s", IPC_USER_ACTION);
	json_array_foreach(listeners, i, listener) {
		const json_t *action = json_object_get(listener, "action");
		const char *mode = json_string_value(json_object_get(listener, "mode"));
		struct output_text name = output_escape(
			json_string_value(action), json_string_length(action));
		uint8_t bytes[IPC_PAYLOAD_MAX];
		char shown[PAYLOAD_SHOWN_SIZE];

		if (strcmp(mode, "text") == 0)
			output_line("%s text %s", name.text,
				payload_show(bytes,
					output_get_text(listener, bytes, sizeof(bytes)),
					0, shown));
		else if (strcmp(mode, "delay") == 0)
			output_line("%s delay %" JSON_INTEGER_FORMAT, name.text,
				json_integer_value(
					json_object_get(listener, "delay_ns")) /
					1000000);
		else if (strcmp(mode, "exec") == 0)
			view_command(name.text, listener);
		else
			output_line("%s %s", name.text, mode);
	}
}

static int
list_listeners(void)
{
	output_result("mp_listen", listened_to_json(), view_listeners);
	return 0;
}

/* What a listener is to answer. Returns 0, or a negative errno after the error. */
static int
get_answer(const struct args *args, struct answer *answer)
{
	struct payload payload;
	int ret;

	answer->mode = ANSWER_ECHO;
	if (args_has(args, "off")) {
		answer->mode = ANSWER_OFF;
	} else if (args_has(args, "delay")) {
		answer->mode = ANSWER_DELAY;
		answer->delay_ms = args_number(args, "delay", 0);
	} else if (args_has(args, "exec")) {
		answer->mode = ANSWER_EXEC;
	} else if (args_has(args, "text")) {
		ret = mp_get_payload(args, &payload);
		if (ret < 0)
			return ret;
		answer->mode = ANSWER_TEXT;
		answer->length = payload.length;
		memcpy(answer->text, payload.bytes, payload.length);
	}
	return 0;
}

static int
check_listen(const struct args *args, char *error, size_t size)
{
	const char *action = args_word(args, "action"), *typed;
	size_t length;
	int ret;

	if (action != NULL && strcmp(action, IPC_USER_ACTION) == 0) {
		snprintf(error, size,
			"action %s is every console's: set answer says what it answers",
			IPC_USER_ACTION);
		return -EINVAL;
	}
	typed = args_bytes(args, "payload", &length);
	ret = typed != NULL ? payload_check(typed, length, error, size) : 0;
	if (ret > 0) {
		snprintf(error, size,
			"a listener answers without descriptors: leave fd: out");
		return -EINVAL;
	}
	return ret;
}

static int
run_listen(const struct args *args)
{
	struct answer answer = { .mode = ANSWER_ECHO };
	struct output_text shown;
	const char *action;
	int ret;

	if (args_word(args, "action") == NULL)
		return list_listeners();
	action = mp_get_action(args);
	if (action == NULL)
		return -E2BIG;
	shown = output_escape(action, strlen(action));
	if (args_has(args, "none")) {
		ret = ipc_unlisten(action);
		if (ret < 0)
			output_error("action %s is not listened to", shown.text);
		return ret;
	}
	ret = get_answer(args, &answer);
	if (ret < 0)
		return ret;
	ret = ipc_listen(action, &answer, args_word(args, "shell_command"));
	if (ret == -EEXIST)
		output_error(
			"action %s is registered in this process already", shown.text);
	else if (ret < 0)
		output_error("action %s cannot be listened to: %s", shown.text,
			strerror(-ret));
	return ret;
}

const struct command command_mp_request = {
	.name = "mp request",
	.group = GROUP_MP,
	.forms = (const char *const[]){ "<action!>", "<action!> <payload>", NULL },
	.brief = "rte_mp_request_sync: a secondary's to the primary, else to all",
	.detail = "The payload is the message's param, 0 to 256 bytes: text, or hex: and "
		  "hex digits.\n"
		  "Up to 8 words fd:<path> before it pass open descriptors. DPDK asks "
		  "one process\n"
		  "after another, gives up at the first that fails, and then drops all "
		  "replies.",
	.example = "mp request my_action fd:/dev/null hex:00ff10",
	.needs = COMMAND_NEEDS_LIVE,
	.check = mp_check_payload,
	.run = run_request,
};

const struct command command_mp_notify = {
	.name = "mp notify",
	.group = GROUP_MP,
	.forms = (const char *const[]){ "<action!>", "<action!> <payload>", NULL },
	.brief = "rte_mp_sendmsg, no reply",
	.detail = "Payload as for mp request. A secondary's goes to the primary, the "
		  "primary's to\n"
		  "every process of the prefix.",
	.example = "mp notify my_action start",
	.needs = COMMAND_NEEDS_LIVE,
	.check = mp_check_payload,
	.run = run_notify,
};

const struct command command_mp_listen = {
	.name = "mp listen",
	.group = GROUP_MP,
	.forms = (const char *const[]){ "", "<action!> echo|off|none",
		"<action!> text <payload>", "<action!> delay <delay:0-3600000>",
		"<action!> exec <shell_command>", NULL },
	.brief = "stand in for a handler: print what comes, and answer it",
	.detail =
		"echo it, answer a text (or hex:), echo after delay ms, or answer "
		"nothing (off);\n"
		"again: another answer; none unregisters it; alone it lists them. "
		"Notifications are\n"
		"answered too, their sender then logs Drop mp reply.\n"
		"exec: /bin/sh runs the command, with the payload on its standard "
		"input, MPSH_ACTION\n"
		"and MPSH_PID (the asker's). What it prints, less a newline at its end, "
		"is the\n"
		"answer; over 256 bytes, a failure or 5 s: none. 16 run at once.",
	.example = "mp listen my_action text OK",
	.needs = COMMAND_NEEDS_LIVE,
	.check = check_listen,
	.run = run_listen,
};

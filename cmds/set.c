/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* set: how this process answers, relays, waits and prints. */

#include <errno.h>
#include <string.h>

#include "cmds/cmds.h"
#include "exchange/notice.h"
#include "exchange/question.h"
#include "exchange/relay.h"
#include "exchange/settings.h"
#include "grammar/args.h"
#include "message/answer.h"
#include "mp/callbacks.h"
#include "output/json_text.h"
#include "output/output.h"

static void
view(const json_t *result)
{
	const json_t *answer = json_object_get(result, "answer");
	const char *mode = json_string_value(json_object_get(answer, "mode"));
	const char *relay = json_string_value(json_object_get(result, "relay"));
	json_int_t missed = json_integer_value(json_object_get(result, "not_relayed"));

	if (strcmp(mode, "text") == 0)
		output_line("answer   text %s", output_shown(answer).text);
	else if (strcmp(mode, "delay") == 0)
		output_line("answer   delay %" JSON_INTEGER_FORMAT,
			json_integer_value(json_object_get(answer, "delay_ns")) /
				1000000);
	else
		output_line("answer   %s", mode);
	if (missed != 0)
		output_line("relay    %s (%" JSON_INTEGER_FORMAT " not relayed)",
			output_escape(relay, strlen(relay)).text, missed);
	else
		output_line("relay    %s", output_escape(relay, strlen(relay)).text);
	output_line("timeout  %" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(result, "timeout_ns")) / 1000000);
	output_line("json     %s",
		json_is_true(json_object_get(result, "json")) ? "on" : "off");
	output_line("monitor  %s",
		json_is_true(json_object_get(result, "monitor")) ? "on" : "off");
}

static int
run_set(const struct args *args)
{
	(void)args;
	output_result("set", settings_to_json(), view);
	return 0;
}

static int
run_answer(const struct args *args)
{
	struct answer answer = { .mode = ANSWER_ECHO };
	const char *text;
	size_t length;

	if (args_has(args, "off")) {
		answer.mode = ANSWER_OFF;
	} else if (args_has(args, "delay")) {
		answer.mode = ANSWER_DELAY;
		answer.delay_ms = args_number(args, "delay", 0);
	} else if (args_has(args, "text")) {
		text = args_bytes(args, "text", &length);
		if (length > MESSAGE_TEXT_MAX) {
			output_error("text is %zu bytes, the limit is %d", length,
				MESSAGE_TEXT_MAX);
			return -EMSGSIZE;
		}
		answer.mode = ANSWER_TEXT;
		answer.length = length;
		memcpy(answer.text, text, length);
	}
	answer_set(&answer);
	return 0;
}

static int
run_relay(const struct args *args)
{
	const char *action = args_word(args, "action");

	if (action == NULL) {
		exchange_set_relay("");
		return 0;
	}
	if (strlen(action) >= IPC_ACTION_SIZE) {
		output_error("action is %zu bytes, the limit is %d", strlen(action),
			IPC_ACTION_SIZE - 1);
		return -E2BIG;
	}
	exchange_set_relay(action);
	return 0;
}

static int
run_timeout(const struct args *args)
{
	exchange_set_timeout(args_number(args, "timeout", TIMEOUT_DEFAULT_MS));
	return 0;
}

static int
run_json(const struct args *args)
{
	output_set_json(args_has(args, "on"));
	return 0;
}

static int
run_monitor(const struct args *args)
{
	exchange_set_monitor(args_has(args, "on"));
	return 0;
}

const struct command command_set = {
	.name = "set",
	.group = GROUP_SETTINGS,
	.forms = (const char *const[]){ "", NULL },
	.brief = "show all settings",
	.detail = "Settings are this process's own and are kept by reconnect.",
	.example = "set",
	.needs = COMMAND_NEEDS_NOTHING,
	.run = run_set,
};

const struct command command_set_answer = {
	.name = "set answer",
	.group = GROUP_SETTINGS,
	.forms = (const char *const[]){ "echo", "text <text>", "delay <delay:0-3600000>",
		"off", NULL },
	.brief = "what this process replies to messages and requests",
	.detail =
		"echo: what came (to begin with). text: that text, up to 1000 bytes, "
		"cut where\n"
		"a transport takes less. delay: echo, that many ms later. off: nothing.",
	.example = "set answer text OK",
	.needs = COMMAND_NEEDS_NOTHING,
	.run = run_answer,
};

const struct command command_set_relay = {
	.name = "set relay",
	.group = GROUP_SETTINGS,
	.forms = (const char *const[]){ "off", "<action>", NULL },
	.brief = "pass each message received on as an rte_mp request",
	.detail = "Each message taken from the ring goes on as a request to that action "
		  "at the\n"
		  "other side, in order, one at a time, and the replies are printed. "
		  "When 64\n"
		  "wait, further ones are not relayed, but counted. Off to begin with.",
	.example = "set relay mpsh",
	.needs = COMMAND_NEEDS_HUB,
	.run = run_relay,
};

const struct command command_set_timeout = {
	.name = "set timeout",
	.group = GROUP_SETTINGS,
	.forms = (const char *const[]){ "<timeout:1-3600000>", NULL },
	.brief = "how long to wait for a reply, in ms",
	.detail = "1 to 3600000 ms, 5000 to begin with.",
	.example = "set timeout 500",
	.needs = COMMAND_NEEDS_NOTHING,
	.run = run_timeout,
};

const struct command command_set_json = {
	.name = "set json",
	.group = GROUP_SETTINGS,
	.forms = (const char *const[]){ "on|off", NULL },
	.brief = "print results, errors and notices as JSON",
	.detail = "One document a line; durations are integers in members named …_ns.",
	.example = "set json on",
	.needs = COMMAND_NEEDS_NOTHING,
	.run = run_json,
};

const struct command command_set_monitor = {
	.name = "set monitor",
	.group = GROUP_SETTINGS,
	.forms = (const char *const[]){ "on|off", NULL },
	.brief = "in the primary, a line for each message that passes it",
	.detail = "Time, from, to, transport, kind and text of each. Off to begin with, "
		  "and then it\n"
		  "costs nothing.",
	.example = "set monitor on",
	.needs = COMMAND_NEEDS_HUB | COMMAND_NEEDS_PRIMARY,
	.run = run_monitor,
};

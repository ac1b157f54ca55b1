/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The listened actions as JSON, and over a reconnect. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "exchange/exec.h"
#include "exchange/listened.h"
#include "exchange/settings.h"
#include "grammar/command.h"
#include "message/answer.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "output/json_text.h"
#include "output/output.h"

/* One variable for each action: the kernel limits a variable, and hardly their number. */
#define ENVIRONMENT "MPSH_LISTENER_%u"
#define ACTION_BYTES "action_bytes"
#define COMMAND_BYTES "command_bytes"

static json_t *
listener_to_json(const char *action, const struct answer *answer)
{
	json_t *listener = json_pack("{s:o}", "action", json_of_string(action));
	const char *command = ipc_listener_command(action);

	json_object_update_new(listener, settings_answer_to_json(answer));
	if (command != NULL) {
		json_object_set_new(listener, "command", json_of_string(command));
		json_object_set_new(
			listener, "unanswered", json_integer(exec_unanswered(action)));
	}
	return listener;
}

json_t *
listened_to_json(void)
{
	json_t *result = json_array();
	char action[IPC_ACTION_SIZE];
	struct answer answer;
	unsigned int i;

	for (i = 0; ipc_listener(i, action, &answer); i++)
		json_array_append_new(result, listener_to_json(action, &answer));
	return result;
}

/* Nothing for NULL. */
static void
set_bytes(json_t *listener, const char *member, const char *string)
{
	json_t *bytes;

	if (string == NULL)
		return;
	bytes = json_object();
	output_set_text(bytes, string, strlen(string));
	json_object_set_new(listener, member, bytes);
}

/* Get what set_bytes() has set; buf is empty for nothing. */
static const char *
get_bytes(const json_t *listener, const char *member, char *buf, size_t size)
{
	size_t length = output_get_text(
		json_object_get(listener, member), (uint8_t *)buf, size - 1);

	buf[length] = '\0';
	return buf;
}

void
listened_bequeath(void)
{
	char action[IPC_ACTION_SIZE], name[32], *text;
	json_t *listener;
	struct answer answer;
	unsigned int i;

	for (i = 0; ipc_listener(i, action, &answer); i++) {
		listener = listener_to_json(action, &answer);
		/* As typed: the other members are escaped, to be shown. */
		set_bytes(listener, ACTION_BYTES, action);
		set_bytes(listener, COMMAND_BYTES, ipc_listener_command(action));
		text = json_dumps(listener, JSON_COMPACT);
		snprintf(name, sizeof(name), ENVIRONMENT, i);
		if (text != NULL)
			setenv(name, text, 1);
		free(text);
		json_decref(listener);
	}
}

static void
inherit_listener(const char *text)
{
	json_t *listener = json_loads(text, JSON_ALLOW_NUL, NULL);
	struct answer answer = { .mode = ANSWER_ECHO };
	char action[IPC_ACTION_SIZE], command[GRAMMAR_LINE_MAX + 1];
	bool executes;

	get_bytes(listener, ACTION_BYTES, action, sizeof(action));
	get_bytes(listener, COMMAND_BYTES, command, sizeof(command));
	settings_answer_from_json(listener, &answer);
	executes = answer.mode == ANSWER_EXEC;
	if (ipc_listen(action, &answer, executes ? command : NULL) < 0)
		output_error("action %s is listened to no more",
			output_escape(action, strlen(action)).text);
	json_decref(listener);
}

void
listened_inherit(void)
{
	const char *text;
	unsigned int i;
	char name[32];

	for (i = 0;; i++) {
		snprintf(name, sizeof(name), ENVIRONMENT, i);
		text = getenv(name);
		if (text == NULL)
			return;
		inherit_listener(text);
		unsetenv(name);
	}
}

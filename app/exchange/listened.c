/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The listened actions as JSON, and over a reconnect. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "exchange/listened.h"
#include "exchange/settings.h"
#include "message/answer.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "output/json_text.h"
#include "output/output.h"

/* One variable for each action: the kernel limits a variable, and hardly their number. */
#define ENVIRONMENT "MPSH_LISTENER_%u"
#define ACTION_BYTES "action_bytes"

static json_t *
listener_to_json(const char *action, const struct answer *answer)
{
	json_t *listener = json_pack("{s:o}", "action", json_of_string(action));

	json_object_update_new(listener, settings_answer_to_json(answer));
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

void
listened_bequeath(void)
{
	char action[IPC_ACTION_SIZE], name[32], *text;
	json_t *listener, *bytes;
	struct answer answer;
	unsigned int i;

	for (i = 0; ipc_listener(i, action, &answer); i++) {
		listener = listener_to_json(action, &answer);
		/* As typed: the member "action" is escaped, to be shown. */
		bytes = json_object();
		output_set_text(bytes, action, strlen(action));
		json_object_set_new(listener, ACTION_BYTES, bytes);
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
	char action[IPC_ACTION_SIZE];
	size_t length;

	length = output_get_text(json_object_get(listener, ACTION_BYTES),
		(uint8_t *)action, sizeof(action) - 1);
	action[length] = '\0';
	settings_answer_from_json(listener, &answer);
	if (ipc_listen(action, &answer) < 0)
		output_error("action %s is listened to no more",
			output_escape(action, length).text);
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

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The values of the moment for completion: peers, actions, rings and commands. */

#include <stdio.h>
#include <string.h>

#include "cmds/cmds.h"
#include "grammar/complete.h"
#include "host/files.h"
#include "message/answer.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "outside/objects.h"
#include "outside/telemetry.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"

static bool
peer_value(unsigned int i, char *value, size_t size)
{
	struct peer peer;
	unsigned int number;

	for (number = 0; number <= PEERS_MAX; number++) {
		if (!hub_peer(number, &peer) || i-- != 0)
			continue;
		snprintf(value, size, "%s", peer.name);
		return true;
	}
	return false;
}

static bool
action_value(unsigned int i, char *value, size_t size)
{
	char action[IPC_ACTION_SIZE];
	struct answer answer;

	if (i == 0) {
		snprintf(value, size, "%s", IPC_USER_ACTION);
		return true;
	}
	if (!ipc_listener(i - 1, action, &answer))
		return false;
	snprintf(value, size, "%s", action);
	return true;
}

/* The names of the moment are read when i is 0 and kept for the calls that follow. */
static bool
name_value(json_t *(*read)(void), unsigned int i, char *value, size_t size)
{
	static json_t *names;
	const char *name;

	if (i == 0) {
		json_decref(names);
		names = read();
	}
	name = json_string_value(json_array_get(names, i));
	if (name == NULL)
		return false;
	snprintf(value, size, "%s", name);
	return true;
}

/* The same; what is typed decides whether a path or its parameters are completed. */
static bool
path_value(unsigned int i, char *value, size_t size)
{
	static json_t *questions;
	const char *question;

	if (i == 0) {
		json_decref(questions);
		questions = telemetry_questions(grammar_typed());
	}
	question = json_string_value(json_array_get(questions, i));
	if (question == NULL)
		return false;
	snprintf(value, size, "%s", question);
	return true;
}

/* The same for the directory. */
static bool
file_value(unsigned int i, char *value, size_t size)
{
	static json_t *names;
	const char *name;

	if (i == 0) {
		json_decref(names);
		names = files_begun(grammar_typed());
	}
	name = json_string_value(json_array_get(names, i));
	if (name == NULL)
		return false;
	snprintf(value, size, "%s", name);
	return true;
}

static bool
command_value(unsigned int i, char *value, size_t size)
{
	size_t n;
	const struct command *const *commands = commands_table(&n);

	if (i >= n)
		return false;
	snprintf(value, size, "%s", commands[i]->name);
	return true;
}

static bool
watched_value(unsigned int i, char *value, size_t size)
{
	const struct command *const *commands;
	size_t n, at;

	commands = commands_table(&n);
	for (at = 0; at < n; at++) {
		if (!watch_takes(commands[at]) || i-- != 0)
			continue;
		snprintf(value, size, "%s", commands[at]->name);
		return true;
	}
	return false;
}

bool
commands_value(const char *name, unsigned int i, char *value, size_t size)
{
	if (strcmp(name, "peer") == 0)
		return peer_value(i, value, size);
	if (strcmp(name, "action") == 0)
		return action_value(i, value, size);
	if (strcmp(name, "ring") == 0)
		return name_value(objects_ring_names, i, value, size);
	if (strcmp(name, "file") == 0)
		return file_value(i, value, size);
	if (strcmp(name, "pool") == 0)
		return name_value(objects_pool_names, i, value, size);
	if (strcmp(name, "path") == 0)
		return path_value(i, value, size);
	if (strcmp(name, "command") == 0)
		return command_value(i, value, size);
	if (strcmp(name, "watched") == 0)
		return watched_value(i, value, size);
	return false;
}

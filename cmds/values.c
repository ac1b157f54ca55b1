/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The values of the moment for completion: peers, actions, rings and commands. */

#include <stdio.h>
#include <string.h>

#include "base/loop.h"
#include "cmds/cmds.h"
#include "grammar/complete.h"
#include "host/files.h"
#include "message/answer.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "mp/socket.h"
#include "outside/objects.h"
#include "outside/registered.h"
#include "outside/telemetry.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"

/* How long completion looks at other processes, at most about. */
#define LOOK_NS (300 * UINT64_C(1000000))

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

/* What is typed decides whether a path or its parameters are completed. */
static json_t *
read_questions(void)
{
	return telemetry_questions(grammar_typed());
}

static json_t *
read_files(void)
{
	return files_begun(grammar_typed());
}

/* Peers by their names, and the processes of the group. */
static json_t *
read_processes(void)
{
	json_t *names = json_array(), *pids = registered_pids();
	struct peer peer;
	unsigned int number;

	for (number = 0; number <= PEERS_MAX && hub_role() != ROLE_OUTSIDE; number++)
		if (hub_peer(number, &peer))
			json_array_append_new(names, json_string(peer.name));
	json_array_extend(names, pids);
	json_decref(pids);
	return names;
}

/*
 * The actions of those that a request of this process asks, and those that it listens to
 * itself. Looking at them ends after a while, since someone waits.
 */
static json_t *
read_actions(void)
{
	uint64_t end = loop_now() + LOOK_NS;
	json_t *names = json_array();
	char action[IPC_ACTION_SIZE];
	struct ipc_socket found;
	struct answer answer;
	unsigned int i;

	json_array_append_new(names, json_string(IPC_USER_ACTION));
	if (hub_role() == ROLE_OUTSIDE)
		return names;
	for (i = 0; ipc_listener(i, action, &answer); i++)
		json_array_append_new(names, json_string_nocheck(action));
	for (i = 0; loop_now() < end && ipc_socket(i, &found); i++)
		if ((hub_role() == ROLE_PRIMARY || found.is_primary) && found.pid > 0)
			registered_add_names(found.pid, names);
	return names;
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
		return name_value(read_actions, i, value, size);
	if (strcmp(name, "pid_or_peer") == 0)
		return name_value(read_processes, i, value, size);
	if (strcmp(name, "ring") == 0)
		return name_value(objects_ring_names, i, value, size);
	if (strcmp(name, "file") == 0)
		return name_value(read_files, i, value, size);
	if (strcmp(name, "pool") == 0)
		return name_value(objects_pool_names, i, value, size);
	if (strcmp(name, "path") == 0)
		return name_value(read_questions, i, value, size);
	if (strcmp(name, "command") == 0)
		return command_value(i, value, size);
	if (strcmp(name, "watched") == 0)
		return watched_value(i, value, size);
	return false;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmds/cmds.h"
#include "host/shared_memory.h"
#include "message/answer.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"

static const struct command *const table[] = {
	&command_send,
	&command_sendto,
	&command_broadcast,
	&command_request,
	&command_mp_request,
	&command_mp_notify,
	&command_mp_listen,
	&command_ping,
	&command_bench,
	&command_watch,
	&command_peers,
	&command_stats,
	&command_info,
	&command_doctor,
	&command_show_rings,
	&command_show_ring,
	&command_show_pools,
	&command_show_memzones,
	&command_set,
	&command_set_answer,
	&command_set_relay,
	&command_set_timeout,
	&command_set_json,
	&command_set_monitor,
	&command_wait,
	&command_help,
	&command_reconnect,
	&command_quit,
};

const struct command *const *
commands_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}

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

/* The i-th name of what is in shared memory; one look serves all that are asked for in a
 * row. */
static bool
shared_value(enum shared_kind kind, unsigned int i, char *value, size_t size)
{
	static json_t *seen;
	const char *name;

	if (i == 0) {
		json_decref(seen);
		seen = NULL;
		if (!hub_is_live() || shared_list(kind, &seen) < 0)
			return false;
	}
	name = json_string_value(json_object_get(json_array_get(seen, i), "name"));
	if (name == NULL)
		return false;
	snprintf(value, size, "%s", name);
	return true;
}

bool
commands_value(const char *name, unsigned int i, char *value, size_t size)
{
	if (strcmp(name, "peer") == 0)
		return peer_value(i, value, size);
	if (strcmp(name, "action") == 0)
		return action_value(i, value, size);
	if (strcmp(name, "ring") == 0)
		return shared_value(SHARED_RINGS, i, value, size);
	if (strcmp(name, "command") == 0 && i < sizeof(table) / sizeof(table[0])) {
		snprintf(value, size, "%s", table[i]->name);
		return true;
	}
	return false;
}

int
commands_may_run(const struct command *command)
{
	if (hub_role() == ROLE_GUEST && (command->needs & COMMAND_NEEDS_HUB)) {
		output_error("the primary is not mpsh");
		return -ENOTSUP;
	}
	if (hub_role() != ROLE_PRIMARY && (command->needs & COMMAND_NEEDS_PRIMARY)) {
		output_error("only the primary can do that");
		return -EPERM;
	}
	if (!hub_is_live() && (command->needs & COMMAND_NEEDS_LIVE)) {
		output_error("the primary is gone");
		return -ENOTCONN;
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* peers: the other consoles, and every other process with an rte_mp socket on the prefix. */

#include <stdio.h>
#include <string.h>

#include "cmds.h"
#include "hub.h"
#include "loop.h"
#include "output.h"

static json_t *
count_json(int count)
{
	return count < 0 ? json_null() : json_integer(count);
}

static void
add_consoles(json_t *peers)
{
	static const char *const states[] = { "free", "up", "stopped", "unresponsive" };
	uint64_t now = loop_now();
	struct peer peer;
	unsigned int i;

	for (i = 0; i <= PEERS_MAX; i++) {
		if (!hub_peer(i, &peer))
			continue;
		json_array_append_new(peers, json_pack("{s:i, s:s, s:i, s:s, s:I, s:o, s:o}", "id",
			(int)i, "name", peer.name, "pid", (int)peer.pid, "state",
			states[peer.state], "age_ns",
			(json_int_t)(now > peer.since ? now - peer.since : 0), "queued_to",
			count_json(peer.queued_to), "queued_from", count_json(peer.queued_from)));
	}
}

static void
add_others(json_t *peers)
{
	struct ipc_socket found;
	unsigned int i;

	for (i = 0; ipc_socket(i, &found); i++) {
		if (found.stale || found.state == 0)
			continue;
		if (hub_find_pid(found.is_primary && hub_role() == ROLE_SECONDARY ? 0 :
				found.pid) >= 0)
			continue;
		json_array_append_new(peers, json_pack("{s:n, s:s, s:i, s:s, s:n, s:n, s:n}", "id",
			"name", found.comm, "pid", (int)found.pid, "state",
			found.state == 'T' || found.state == 't' ? "stopped" : "foreign",
			"age_ns", "queued_to", "queued_from"));
	}
}

static void
view(const json_t *peers)
{
	static const struct output_column columns[] = {
		{ "NUMBER", "id", true, OUTPUT_PLAIN },
		{ "NAME", "name", false, OUTPUT_PLAIN },
		{ "PID", "pid", true, OUTPUT_PLAIN },
		{ "STATE", "state", false, OUTPUT_PLAIN },
		{ "AGE", "age_ns", true, OUTPUT_DURATION },
		{ "TO", "queued_to", true, OUTPUT_PLAIN },
		{ "FROM", "queued_from", true, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};

	if (json_array_size(peers) == 0)
		output_line("no other process is here");
	else
		output_table(columns, peers);
}

static int
run(const struct args *args)
{
	json_t *peers = json_array();

	(void)args;
	add_consoles(peers);
	if (hub_is_live())
		add_others(peers);
	output_result("peers", peers, view);
	return 0;
}

const struct command command_peers = {
	.name = "peers",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "who is here, and how many messages wait each way",
	.detail = "State: up; stopped; unresponsive, something has waited in its ring for a second;\n"
		"foreign, a process with an rte_mp socket that is no console. TO and FROM: messages\n"
		"waiting in the ring to it and from it, where this process sees them.",
	.example = "peers",
	.needs = COMMAND_NEEDS_HUB | COMMAND_NEEDS_LIVE,
	.run = run,
};

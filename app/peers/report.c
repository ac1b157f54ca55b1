/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The JSON documents of the commands info, peers and stats. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_lcore.h>
#include <rte_version.h>

#include "base/json.h"
#include "base/loop.h"
#include "host/process.h"
#include "host/sockets.h"
#include "message/stats.h"
#include "mp/mp.h"
#include "mp/socket.h"
#include "outside/group.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/report.h"
#include "peers/self.h"
#include "ring/channel.h"
#include "version.h"

static void
list_lcores(char *buf, size_t size)
{
	unsigned int lcore;
	size_t at = 0;

	buf[0] = '\0';
	RTE_LCORE_FOREACH(lcore) {
		rte_cpuset_t cpus = rte_lcore_cpuset(lcore);
		int cpu, first = 1;

		at += snprintf(buf + at, size - at, "%s%u@", at != 0 ? " " : "", lcore);
		for (cpu = 0; cpu < CPU_SETSIZE && at < size; cpu++) {
			if (!CPU_ISSET(cpu, &cpus))
				continue;
			at += snprintf(
				buf + at, size - at, "%s%d", first ? "" : ",", cpu);
			first = 0;
		}
		if (at >= size)
			return;
	}
}

/*
 * Bytes of the group's pages; null after letgo_shared_memory(), or where the lists of
 * pages are damaged. Without DPDK's lock of them.
 */
static json_t *
mapped_memory(void)
{
	struct group group;
	uint64_t bytes = 0;
	char error[256];
	bool there = false;

	if (hub_is_live() &&
		group_open_process(&group, getpid(), error, sizeof(error)) == 0) {
		there = group_memory(&group, &bytes) == 0;
		group_close(&group);
	}
	return json_of_number(there, bytes);
}

json_t *
report_info(void)
{
	bool has_hub = hub_role() != ROLE_GUEST;
	char lcores[1024];

	list_lcores(lcores, sizeof(lcores));
	return json_pack(
		"{s:s, s:i, s:s, s:s, s:s, s:i, s:o, s:o, s:s, s:o, s:o, s:o, s:s}",
		"version", MPSH_VERSION, "protocol", MPSH_PROTOCOL, "dpdk",
		strchr(rte_version(), ' ') + 1, "name", hub_name(), "role",
		hub_role_name(), "pid", (int)getpid(), "primary_pid",
		json_of_pid(hub_primary_pid()), "file_prefix",
		json_of_string(hub_file_prefix()), "lcores", lcores, "memory_bytes",
		mapped_memory(), "max_peers", json_of_number(has_hub, hub_max_peers()),
		"ring_depth", json_of_number(has_hub, CHANNEL_CAPACITY), "mp_thread",
		!hub_is_live()               ? "ended with the primary"
			: ipc_thread_lives() ? "runs"
					     : "has ended: restart this process");
}

static void
add_peers(json_t *peers)
{
	static const char *const states[] = { "free", "up", "stopped", "unresponsive" };
	uint64_t now = loop_now();
	struct peer peer;
	unsigned int i;

	for (i = 0; i <= PEERS_MAX; i++) {
		if (!hub_peer(i, &peer))
			continue;
		/* The last look may have been a while ago. */
		if (peer.state == PEER_UP && host_is_stopped(peer.pid))
			peer.state = PEER_STOPPED;
		json_array_append_new(peers,
			json_pack("{s:i, s:s, s:o, s:s, s:I, s:o, s:o}", "id", (int)i,
				"name", peer.name, "pid", json_of_pid(peer.pid), "state",
				states[peer.state], "age_ns",
				(json_int_t)(now > peer.since ? now - peer.since : 0),
				"queued_to",
				json_of_number(peer.queued_to >= 0, peer.queued_to),
				"queued_from",
				json_of_number(peer.queued_from >= 0, peer.queued_from)));
	}
}

static void
add_other_processes(json_t *peers)
{
	struct ipc_socket found;
	unsigned int i;

	for (i = 0; ipc_socket(i, &found); i++) {
		if (found.stale || (found.state == 0 && found.pid != HOST_PID_UNSEEN))
			continue;
		if (hub_find_socket(host_socket_name(found.path)) >= 0)
			continue;
		json_array_append_new(peers,
			json_pack("{s:n, s:s, s:o, s:s, s:n, s:n, s:n}", "id", "name",
				found.comm, "pid", json_of_pid(found.pid), "state",
				found.state == 'T' || found.state == 't' ? "stopped"
									 : "foreign",
				"age_ns", "queued_to", "queued_from"));
	}
}

json_t *
report_other_processes(void)
{
	json_t *others = json_array();

	add_other_processes(others);
	return others;
}

json_t *
report_peers(void)
{
	json_t *peers = json_array();

	add_peers(peers);
	if (hub_is_live())
		add_other_processes(peers);
	return peers;
}

static const char *const counter_names[COUNT_COUNT] = {
	[COUNT_SENT] = "sent",
	[COUNT_RECEIVED] = "received",
	[COUNT_REPLIES] = "replies",
	[COUNT_TIMEOUTS] = "timeouts",
	[COUNT_LATE] = "late",
	[COUNT_REFUSED] = "refused",
	[COUNT_INVALID] = "invalid",
	[COUNT_BYTES] = "bytes",
};

static struct peer_name
row_name(unsigned int row)
{
	static const struct peer_name simple_mp = { "simple_mp" }, others = { "others" };

	if (row == STATS_SIMPLE_MP)
		return simple_mp;
	return row == STATS_OTHERS ? others : hub_peer_name(row);
}

/* Add a row if its peer is attached, or if one of its counters is not 0. */
static void
add_row(json_t *result, unsigned int row, enum transport transport)
{
	const struct histogram *times = stats_round_trips(row, transport);
	struct peer peer;
	bool shown = row <= PEERS_MAX && hub_peer(row, &peer);
	enum counter counter;
	json_t *object;

	for (counter = 0; counter < COUNT_COUNT; counter++)
		shown = shown || stats_get(row, transport, counter) != 0;
	if (!shown)
		return;
	object = json_pack("{s:s, s:s}", "peer", row_name(row).text, "transport",
		transport_name(transport));
	for (counter = 0; counter < COUNT_COUNT; counter++)
		json_object_set_new(object, counter_names[counter],
			json_integer(stats_get(row, transport, counter)));
	json_object_set_new(object, "p50_ns", json_of_percentile(times, 50));
	json_object_set_new(object, "p99_ns", json_of_percentile(times, 99));
	json_object_set_new(object, "max_ns", json_of_percentile(times, 100));
	json_array_append_new(result, object);
}

json_t *
report_stats(void)
{
	json_t *result = json_array();
	unsigned int row;

	for (row = 0; row < STATS_ROWS; row++) {
		add_row(result, row, TRANSPORT_RING);
		add_row(result, row, TRANSPORT_MP);
	}
	return result;
}

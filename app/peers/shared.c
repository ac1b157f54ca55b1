/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The hub's memzone: creating it, and writing and reading the places in it. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_memzone.h>

#include "base/loop.h"
#include "base/ticks.h"
#include "host/process.h"
#include "message/message.h"
#include "message/name.h"
#include "peers/peer.h"
#include "peers/self.h"
#include "peers/shared.h"
#include "peers/state.h"
#include "ring/channel.h"

/* For keep_slack(): a few secondaries may start in one moment. */
#define SLACK (768 << 10)
#define SLACK_TRIES 4

/* So often a copy is tried again while the primary writes; it may be stopped in the
 * middle. */
#define COPY_TRIES 1000

/* In the primary: the versions of the places that it has published. */
static uint32_t place_versions[PEERS_MAX + 1];

/* Copy a place as it was at one moment, unless the primary stands still in the middle. */
static void
copy_place(const struct published_place *from, struct published_place *to)
{
	unsigned int i;

	for (i = 0; i < COPY_TRIES; i++) {
		uint32_t version = __atomic_load_n(&from->version, __ATOMIC_ACQUIRE);

		memcpy(to, from, sizeof(*to));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (version % 2 == 0 &&
			__atomic_load_n(&from->version, __ATOMIC_RELAXED) == version)
			return;
	}
}

bool
shared_read_place(
	unsigned int number, struct peer *peer, uint32_t *generation, uint32_t *reason)
{
	struct published_place shown;

	if (!hub.live || hub.memory == NULL)
		return false;
	copy_place(&hub.memory->published[number], &shown);
	shown.name[sizeof(shown.name) - 1] = '\0';
	*generation = shown.generation;
	*reason = shown.reason;
	memset(peer, 0, sizeof(*peer));
	peer->number = number;
	peer->pid = hub.sees_pids && shown.pid > 0 ? shown.pid : HOST_PID_UNSEEN;
	snprintf(peer->socket, sizeof(peer->socket), "%.*s",
		(int)sizeof(shown.socket) - 1, shown.socket);
	peer->since = shown.since;
	peer->queued_to = -1;
	peer->queued_from = -1;
	hub_default_name(number, peer->name);
	if (shown.name[0] != '\0' && name_check(shown.name) == 0)
		snprintf(peer->name, sizeof(peer->name), "%s", shown.name);
	if (shown.state == PEER_FREE || shown.state > PEER_UNRESPONSIVE)
		return false;
	peer->state = shown.state;
	return true;
}

void
shared_publish_place(unsigned int number, uint32_t reason)
{
	const struct place *place = &hub.places[number];
	struct published_place *shown = &hub.memory->published[number];

	/* Only the primary's main thread writes, whatever another process has made of it.
	 */
	place_versions[number] += 2;
	__atomic_store_n(&shown->version, place_versions[number] - 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	shown->pid = place->peer.pid;
	shown->since = place->peer.since;
	shown->reason = reason;
	shown->generation = place->generation;
	memset(shown->name, 0, sizeof(shown->name));
	strcpy(shown->name, place->peer.name);
	memset(shown->socket, 0, sizeof(shown->socket));
	strcpy(shown->socket, place->peer.socket);
	shown->state = place->attaching ? PEER_FREE : place->peer.state;
	__atomic_store_n(&shown->version, place_versions[number], __ATOMIC_RELEASE);
}

/*
 * Have SLACK bytes of the heap free in pages that stay. EAL takes some 100 KiB of it in
 * each secondary's start; when the heap must grow for that every process is asked, and
 * one that is stopped costs 5 s and the start (fact 14 of app/README.md). An object that
 * is aligned to half a page of 2 MiB lies in the middle of a page, which then stays.
 */
static void
keep_slack(void)
{
	struct rte_malloc_socket_stats stats;
	unsigned int i;

	for (i = 0; i < SLACK_TRIES; i++) {
		if (rte_malloc_get_socket_stats(rte_socket_id(), &stats) < 0 ||
			stats.greatest_free_size >= SLACK)
			return;
		if (rte_malloc("mpsh_slack", 64, 1 << 20) == NULL)
			return; /* without it mpsh works, too */
	}
}

int
shared_create(void)
{
	const struct rte_memzone *zone = rte_memzone_reserve_aligned(
		HUB_ZONE, sizeof(struct hub_memory), SOCKET_ID_ANY, 0, 64);
	unsigned int i;

	if (zone == NULL)
		return -rte_errno;
	hub.memory = zone->addr;
	memset(hub.memory, 0, sizeof(*hub.memory));
	for (i = 1; i <= hub.config.max_peers; i++) {
		struct place *place = &hub.places[i];

		place->event_fd = -1;
		place->pid_fd = -1;
		snprintf(place->to_name, sizeof(place->to_name), RING_TO, i);
		snprintf(place->from_name, sizeof(place->from_name), RING_FROM, i);
		place->to = channel_create(place->to_name);
		place->from = channel_create(place->from_name);
		if (place->to == NULL || place->from == NULL)
			return -rte_errno;
		place->to_zone = place->to->memzone;
		place->from_zone = place->from->memzone;
	}
	if (hub.config.name != NULL)
		snprintf(hub.memory->published[0].name,
			sizeof(hub.memory->published[0].name), "%s", hub.config.name);
	hub.memory->max_peers = hub.config.max_peers;
	hub.memory->primary_pid = getpid();
	hub.memory->primary_since = hub.since;
	hub.memory->pid_namespace = host_own_namespace("pid");
	hub.memory->ticks_hz = ticks_hz();
	keep_slack();
	/* The preamble comes last: once it is there, secondaries use the rest. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	message_preamble(&hub.memory->preamble);
	return 0;
}

/* Is there a hub by now? Returns as hub_await() does. */
static int
look(uint32_t *version)
{
	const struct rte_memzone *zone = rte_memzone_lookup(HUB_ZONE);
	struct message_preamble preamble;

	if (zone == NULL)
		return -ENOENT;
	if (zone->len < sizeof(preamble))
		return -EBADMSG;
	memcpy(&preamble, zone->addr, sizeof(preamble));
	*version = preamble.version;
	return message_preamble_check(&preamble);
}

int
hub_await(pid_t primary, uint64_t deadline, uint32_t *version)
{
	char comm[16];
	int ret;

	for (;;) {
		ret = look(version);
		host_process_name(primary, comm);
		/* Its memzone is there before the hub in it (shared_create()). */
		if ((ret != -ENOENT && ret != -EBADMSG) ||
			strncmp(comm, "mpsh", 4) != 0 || loop_now() >= deadline)
			return ret;
		usleep(1000);
	}
}

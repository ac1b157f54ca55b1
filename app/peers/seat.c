/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The secondary's side of a place: attaching, leaving, and what happens when the
 * primary dies.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include <rte_common.h>
#include <rte_memzone.h>
#include <rte_ring.h>

#include "base/loop.h"
#include "base/memory.h"
#include "base/ticks.h"
#include "host/process.h"
#include "message/message.h"
#include "message/name.h"
#include "mp/attach.h"
#include "mp/mp.h"
#include "peers/letgo.h"
#include "peers/peer.h"
#include "peers/places.h"
#include "peers/seat.h"
#include "peers/self.h"
#include "peers/shared.h"
#include "peers/state.h"
#include "ring/job.h"
#include "ring/worker.h"
#include "startup/verdict.h"

/* Announce what has changed among the other secondaries since the last look. */
static void
announce_changes(void)
{
	unsigned int i;

	for (i = 1; i <= hub.config.max_peers; i++) {
		struct peer *seen = &hub.seen[i];
		uint32_t generation, reason;
		struct peer now;
		bool here;

		if (i == hub.number)
			continue;
		here = shared_read_place(i, &now, &generation, &reason);
		if (seen->state != PEER_FREE &&
			(!here || generation != hub.seen_generation[i])) {
			struct peer left = *seen;

			seen->state = PEER_FREE;
			hub_announce(!here && reason >= HUB_DETACHED &&
						reason <= HUB_GARBAGE &&
						reason != HUB_STOPPED &&
						reason != HUB_ANSWERS
					? reason
					: HUB_DETACHED,
				&left);
		}
		if (here && seen->state == PEER_FREE) {
			hub_announce(HUB_ATTACHED, &now);
		} else if (here &&
			(seen->state == PEER_STOPPED) != (now.state == PEER_STOPPED)) {
			hub_announce(
				now.state == PEER_STOPPED ? HUB_STOPPED : HUB_ANSWERS,
				&now);
		}
		if (here) {
			*seen = now;
			hub.seen_generation[i] = generation;
		}
	}
}

static void
lose_primary(enum hub_event reason)
{
	struct peer peer = { .number = 0, .pid = hub.config.primary_pid };
	bool let_go;

	if (!hub.live)
		return;
	hub_default_name(0, peer.name);
	announce_changes();
	hub.live = false;
	if (hub.watch != NULL)
		event_del(hub.watch);
	if (hub.primary_death != NULL)
		event_del(hub.primary_death);
	/* The memory of a dead primary may hold anything, and a new primary cannot
	 * start while a process holds it.
	 */
	worker_stop();
	ipc_stop();
	hub.memory = NULL;
	hub.bell.flag = &hub.own_flag;
	let_go = ipc_end_thread();
	if (let_go)
		letgo_shared_memory(hub.config.runtime_dir, hub.config.file_prefix);
	hub_announce(reason, &peer);
	if (!let_go)
		hub_announce(HUB_MEMORY_HELD, NULL);
}

void
seat_on_primary_end(void)
{
	bool leaving = hub.memory != NULL &&
		__atomic_load_n(&hub.memory->primary_leaving, __ATOMIC_RELAXED) != 0;

	lose_primary(leaving ? HUB_PRIMARY_QUIT : HUB_PRIMARY_DIED);
}

static void
on_primary_death(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	seat_on_primary_end();
}

void
hub_on_garbage(unsigned int neighbour)
{
	if (hub.config.role == ROLE_PRIMARY)
		places_free(neighbour, HUB_GARBAGE);
	else
		lose_primary(HUB_GARBAGE);
}

/* Does this process's place belong to another, or to none? */
static bool
has_lost_place(void)
{
	uint32_t generation, reason;
	struct peer own;

	if (hub.number == 0 || hub.leaves)
		return false;
	return !shared_read_place(hub.number, &own, &generation, &reason) ||
		generation != hub.generation;
}

void
hub_on_change(void)
{
	if (hub.config.role != ROLE_SECONDARY || !hub.live)
		return;
	if (has_lost_place())
		lose_primary(HUB_PLACE_LOST);
	else
		announce_changes();
}

int
seat_watch_death(int pid_fd)
{
	hub.primary_death =
		event_new(loop_base(), pid_fd, EV_READ, on_primary_death, NULL);
	return hub.primary_death != NULL && event_add(hub.primary_death, NULL) == 0
		? 0
		: -ENOMEM;
}

static int
explain_attach(const struct ipc_attached *attached, char *error, size_t size)
{
	switch (attached->status) {
	case ATTACH_OK:
		return 0;
	case ATTACH_NOT_READY:
		snprintf(error, size, "the primary is not ready");
		return -EAGAIN;
	case ATTACH_NAME_IN_USE:
		snprintf(error, size, "name %s is in use", hub.config.name);
		return -EEXIST;
	case ATTACH_FULL:
		snprintf(error, size, "no free place: %u of %u secondaries",
			attached->max_peers, attached->max_peers);
		return -EUSERS;
	case ATTACH_OTHER_VERSION:
		snprintf(error, size,
			"mpsh protocol versions differ: this one speaks %u, the"
			" primary %u\nuse the same mpsh for both",
			MPSH_PROTOCOL, attached->version);
		return -EPROTO;
	default:
		snprintf(error, size, "the primary refused to attach this process");
		return -EACCES;
	}
}

int
hub_attach(uint32_t timeout_ms, char *error, size_t size)
{
	const struct rte_memzone *zone = rte_memzone_lookup(HUB_ZONE);
	struct ipc_attached attached = { .event_fd = -1 };
	char name[RTE_RING_NAMESIZE];
	char process[64], why[VERDICT_SIZE];
	uint32_t wait_ms =
		timeout_ms > 2 * VERDICT_MS ? timeout_ms - VERDICT_MS : timeout_ms;
	int ret;

	if (zone == NULL || zone->len < sizeof(struct hub_memory)) {
		snprintf(error, size, "the primary's memory holds no hub of mpsh");
		return -ENOENT;
	}
	ret = ipc_attach_request(hub.config.name, hub.event_fd, wait_ms, &attached);
	if (ret < 0) {
		host_describe_process(hub.config.primary_pid, process, sizeof(process));
		if (ret == -ETIMEDOUT && host_process_state(hub.config.primary_pid) != 0)
			snprintf(error, size,
				"no answer in %u s from the primary, %s%s\n"
				"look at it: mpsh why %s; wait longer with -w, or use "
				"another --file-prefix",
				(timeout_ms + 999) / 1000, process,
				verdict_find(hub.config.primary_pid, why, sizeof(why)),
				host_pid_text(hub.config.primary_pid).text);
		else
			snprintf(error, size,
				"the primary left meanwhile: %s\nstart again", process);
		return ret;
	}
	ret = explain_attach(&attached, error, size);
	if (ret < 0)
		return ret;
	snprintf(name, sizeof(name), RING_TO, attached.number);
	hub.to = rte_ring_lookup(name);
	snprintf(name, sizeof(name), RING_FROM, attached.number);
	hub.from = rte_ring_lookup(name);
	if (hub.to == NULL || hub.from == NULL) {
		snprintf(error, size, "the primary's rings for number %u are not there",
			attached.number);
		return -ENOENT;
	}
	hub.memory = zone->addr;
	ticks_adopt(__atomic_load_n(&hub.memory->ticks_hz, __ATOMIC_RELAXED));
	hub.sees_pids = hub.memory->pid_namespace != 0 &&
		hub.memory->pid_namespace == host_own_namespace("pid");
	hub.number = attached.number;
	hub.config.max_peers = RTE_MIN(attached.max_peers, (unsigned int)PEERS_MAX);
	hub.config.primary_pid = attached.pid;
	hub.primary_event_fd = attached.event_fd;
	hub.primary_pid_fd = attached.pid_fd;
	hub.generation = attached.generation;
	if (hub.config.name == NULL)
		hub_default_name(hub.number, hub.name);
	hub.bell.flag = &hub.memory->flags[hub.number];
	if (seat_watch_death(hub.primary_pid_fd) < 0) {
		snprintf(error, size, "out of memory");
		return -ENOMEM;
	}
	return 0;
}

static void
on_link_opened(struct job *job)
{
	int result = job->result;

	free(job);
	if (result < 0 && result != -ECANCELED)
		hub_on_garbage(0);
}

int
seat_open_rings(void)
{
	struct job *job = memory_zeroed(sizeof(*job));
	unsigned int i;

	if (job == NULL)
		return -ENOMEM;
	/* Peers that attached before this process are not announced. */
	for (i = 1; i <= hub.config.max_peers; i++) {
		uint32_t reason;

		if (!shared_read_place(i, &hub.seen[i], &hub.seen_generation[i], &reason))
			hub.seen[i].state = PEER_FREE;
	}
	job->type = JOB_OPEN;
	job->peer = 0;
	job->done = on_link_opened;
	job->link.out = hub.from;
	job->link.in = hub.to;
	job->link.bell.fd = hub.primary_event_fd;
	job->link.bell.flag = &hub.memory->flags[0];
	return worker_submit(job);
}

/* Mark in shared memory that this process leaves on purpose. */
static void
mark_leaving(void)
{
	struct hub_memory *memory = hub.memory;

	if (memory == NULL)
		return;
	if (hub.config.role == ROLE_PRIMARY)
		__atomic_store_n(&memory->primary_leaving, 1, __ATOMIC_RELAXED);
	else
		__atomic_store_n(&memory->marks[hub.number].leaving, hub.generation,
			__ATOMIC_RELAXED);
}

void
hub_leave(void)
{
	struct job *job;

	mark_leaving();
	hub.leaves = true;
	if (hub.config.role != ROLE_SECONDARY || !hub.live || hub.number == 0)
		return;
	job = memory_get(sizeof(*job));
	if (job == NULL)
		return;
	message_build(&job->message, MESSAGE_DETACH, hub.number, 0, 0, NULL, 0);
	job->message.generation = hub.generation;
	worker_send(job, places_free_job);
}

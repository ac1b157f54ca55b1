/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What the files of peers/ share, and nobody else includes: the shared memory of the
 * group, and what this process knows of it.
 */

#ifndef MPSH_PEERS_STATE_H
#define MPSH_PEERS_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <event2/event.h>

#include <rte_memzone.h>
#include <rte_ring.h>

#include "base/ticks.h"
#include "message/message.h"
#include "message/name.h"
#include "mp/attach.h"
#include "peers/peer.h"
#include "ring/doorbell.h"

/* The primary publishes this about a place; the others read it. */
struct published_place {
	uint32_t state; /* enum peer_state */
	int32_t pid;
	uint32_t generation; /* counts the attaches to this place */
	uint32_t reason;     /* why the last one left: enum hub_event */
	uint64_t since;
	char name[32];
} __attribute__((aligned(64)));

/* A secondary writes this about itself, in a cache line of its own. */
struct leave_mark {
	uint32_t leaving; /* the generation that leaves on purpose */
} __attribute__((aligned(64)));

/* The memzone. Its first 8 bytes are a magic and a version for ever. */
struct hub_memory {
	struct message_preamble preamble;
	uint32_t max_peers;
	int32_t primary_pid;
	uint64_t primary_since;
	uint32_t primary_leaving;
	uint64_t
		ticks_hz; /* the primary's measure of the TSC, 0 from one that has none */
	struct doorbell_flag flags[PEERS_MAX + 1];
	struct leave_mark leave_marks[PEERS_MAX + 1];
	struct published_place published[PEERS_MAX + 1];
};

/* The primary's own record of a place. */
struct place {
	struct peer peer;
	bool attaching; /* the worker is opening its rings */
	bool closing;   /* the worker is closing them */
	uint32_t generation;
	int event_fd;
	int pid_fd;
	struct event *death;
	struct ipc_attach attach; /* while attaching */

	struct rte_ring *to, *from;
	char to_name[RTE_RING_NAMESIZE], from_name[RTE_RING_NAMESIZE];
	const struct rte_memzone *to_zone, *from_zone;

	uint32_t waited_at;    /* unresponsive: the tail that has not moved … */
	uint64_t waited_since; /* … since then, 0 while nothing waits */
};

/* One hub a process: a process attaches to one primary. */
struct hub_state {
	struct hub_config config;
	unsigned int number;
	char name[PEER_NAME_SIZE];
	bool live;
	uint64_t since;
	int event_fd;
	int self_pid_fd;
	struct hub_memory *memory;
	struct doorbell bell;
	struct doorbell_flag own_flag; /* while there is none in shared memory */
	struct event *watch;
	bool mp_thread_ended;

	/* Primary. */
	struct place places[PEERS_MAX + 1];

	/* Secondary. */
	struct rte_ring *to, *from; /* as the primary names them */
	int primary_event_fd, primary_pid_fd;
	struct event *primary_death;
	bool primary_stopped;
	uint32_t generation;             /* our own */
	struct peer seen[PEERS_MAX + 1]; /* as last announced */
	uint32_t seen_generation[PEERS_MAX + 1];
};

extern struct hub_state hub;

#endif

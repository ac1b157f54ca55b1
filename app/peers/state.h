/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What the files of peers/ share: the layout of the hub in shared memory, and this
 * process's own record of it. No other folder includes this file.
 */

#ifndef MPSH_PEERS_STATE_H
#define MPSH_PEERS_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <event2/event.h>

#include <rte_memzone.h>
#include <rte_ring.h>

#include "base/ticks.h"
#include "host/sockets.h"
#include "message/message.h"
#include "message/name.h"
#include "mp/attach.h"
#include "peers/peer.h"
#include "ring/doorbell.h"

/* What the primary publishes about a place; only the primary writes it. */
struct published_place {
	uint32_t version;    /* odd while the primary writes the rest (a seqlock) */
	uint32_t state;      /* enum peer_state */
	int32_t pid;         /* in the primary's PID namespace; HOST_PID_UNSEEN */
	uint32_t generation; /* counts the attaches to this place */
	uint32_t reason;     /* enum hub_event: why the last process left */
	uint64_t since;      /* CLOCK_MONOTONIC in ns */
	char name[32];
	char socket[HOST_SOCKET_NAME_SIZE]; /* the name of its rte_mp socket */
} __attribute__((aligned(64)));

/* A secondary writes its own mark; each mark has a cache line of its own. */
struct mark {
	uint32_t leaving; /* the place's generation once its process leaves on purpose */
	uint32_t beats;   /* how often the process has looked around: it runs */
} __attribute__((aligned(64)));

/* The memzone. It begins with the preamble in every version of mpsh. */
struct hub_memory {
	struct message_preamble preamble;
	uint32_t max_peers;
	int32_t primary_pid;
	uint64_t pid_namespace; /* of the primary: its inode, 0 if that is not known */
	uint64_t primary_since;
	uint32_t primary_leaving;
	uint64_t ticks_hz; /* TSC frequency that the primary has measured, atomic */
	struct doorbell_flag flags[PEERS_MAX + 1];
	struct mark marks[PEERS_MAX + 1];
	struct published_place published[PEERS_MAX + 1];
};

/* The primary's private record of a place. */
struct place {
	struct peer peer;
	bool attaching;  /* the worker is opening its rings */
	bool closing;    /* the worker is closing them */
	bool must_close; /* the worker has not been told yet to close them */
	bool untold;     /* is to get a MESSAGE_HUB */
	bool lives;      /* free, but its last process lives and may write to the rings */
	uint32_t generation;
	int event_fd;
	int pid_fd;
	struct event *death;      /* the process behind pid_fd has ended */
	struct ipc_attach attach; /* the request, valid while attaching */

	struct rte_ring *to, *from;

	/* For channel_reset(), since a secondary may damage a ring's header. */
	char to_name[RTE_RING_NAMESIZE], from_name[RTE_RING_NAMESIZE];
	const struct rte_memzone *to_zone, *from_zone;

	uint32_t beats; /* of its mark, as they were at the last look */

	/* For is_unresponsive(): since when the secondary has taken nothing. */
	uint32_t waited_at;    /* where the tail of its ring stands */
	uint64_t waited_since; /* CLOCK_MONOTONIC in ns, 0: no message waits */
};

/* Is a place that of an attached process? */
static inline bool
place_is_taken(const struct place *place)
{
	return place->peer.state != PEER_FREE && !place->attaching;
}

/* A global: a process has one primary, and so one hub. */
struct hub_state {
	struct hub_config config;
	unsigned int number;
	char name[PEER_NAME_SIZE];
	bool live;      /* false once the primary has ended or was given up */
	uint64_t since; /* CLOCK_MONOTONIC in ns: when this process started */
	int event_fd;
	int self_pid_fd;
	struct hub_memory *memory;
	struct doorbell bell;
	struct doorbell_flag own_flag; /* of bell, while it has none in shared memory */
	struct event *watch;           /* the timer of watch.c */
	bool calibrated;               /* agree_on_ticks() has measured */
	bool mp_thread_ended;

	/* In the primary only. */
	struct place places[PEERS_MAX + 1];
	struct event *change; /* the timer of on_change() in places.c */

	/* In a secondary only. */
	struct rte_ring *to, *from; /* named by the primary: this process reads "to" */
	int primary_event_fd, primary_pid_fd;
	struct event *primary_death;
	bool primary_stopped;
	bool leaves;         /* hub_leave() has been called */
	uint32_t generation; /* of this process's place */
	bool sees_pids;      /* is this process in the primary's PID namespace? */
	struct peer seen[PEERS_MAX + 1]; /* the peers as they were last announced */
	uint32_t seen_generation[PEERS_MAX + 1];
};

extern struct hub_state hub;

#endif

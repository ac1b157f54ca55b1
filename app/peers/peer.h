/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The types of a peer, of the events about peers, and of the hub's configuration. */

#ifndef MPSH_PEERS_PEER_H
#define MPSH_PEERS_PEER_H

#include <stdint.h>
#include <sys/types.h>

#include "host/sockets.h"
#include "message/name.h"

enum role {
	ROLE_PRIMARY,
	ROLE_SECONDARY,
	ROLE_GUEST,   /* a secondary of a primary that is not mpsh */
	ROLE_OUTSIDE, /* a process that joined nothing, and only looks */
};

enum peer_state {
	PEER_FREE,
	PEER_UP,
	PEER_STOPPED,
	PEER_UNRESPONSIVE, /* messages wait, but it has taken none for 1 s */
};

/* Bytes of a peer's name ("primary", "secondary-1" or its --name) with the NUL. */
#define PEER_NAME_SIZE (NAME_MAX_LENGTH + 8)

struct peer_name {
	char text[PEER_NAME_SIZE];
};

struct peer {
	enum peer_state state;
	unsigned int number;
	char name[PEER_NAME_SIZE];
	pid_t pid;                          /* HOST_PID_UNSEEN in another PID namespace */
	char socket[HOST_SOCKET_NAME_SIZE]; /* the name of its rte_mp socket: who it is */
	uint64_t since;  /* CLOCK_MONOTONIC in ns: when it attached (primary: started) */
	int queued_to;   /* messages waiting in the ring to the peer, -1: unknown */
	int queued_from; /* messages waiting in the ring from the peer, -1: unknown */
};

enum hub_event {
	HUB_ATTACHED,
	HUB_DETACHED,
	HUB_DIED,
	HUB_STOPPED,
	HUB_ANSWERS, /* a stopped process runs again */
	HUB_GARBAGE, /* its ring held garbage, so its link was closed */
	HUB_PRIMARY_QUIT,
	HUB_PRIMARY_DIED,
	HUB_PLACE_LOST, /* the primary has given this process's place up */
	HUB_MP_THREAD_ENDED,
	HUB_MEMORY_HELD, /* that of the lost primary could not be let go */
};

/*
 * Called in the main thread for each event. peer is valid during the call; for a peer
 * that has left it says what was known before. peer is NULL for the
 * last two.
 */
typedef void(hub_listener_t)(enum hub_event event, const struct peer *peer);

struct hub_config {
	enum role role;
	const char *name; /* --name, or NULL */
	unsigned int max_peers;
	pid_t primary_pid;
	const char *runtime_dir, *file_prefix;
	const char *huge_dir; /* NULL when not given */
	hub_listener_t *listener;
};

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a peer is, and what may happen to one. */

#ifndef MPSH_PEERS_PEER_H
#define MPSH_PEERS_PEER_H

#include <stdint.h>
#include <sys/types.h>

#include "message/name.h"

enum role {
	ROLE_PRIMARY,
	ROLE_SECONDARY,
	ROLE_GUEST, /* of a primary that is not mpsh */
};

enum peer_state {
	PEER_FREE,
	PEER_UP,
	PEER_STOPPED,
	PEER_UNRESPONSIVE, /* something has waited in its ring for a second */
};

/* "primary", "secondary-1", or a --name, with the NUL. */
#define PEER_NAME_SIZE (NAME_MAX_LENGTH + 8)

struct peer_name {
	char text[PEER_NAME_SIZE];
};

struct peer {
	enum peer_state state;
	unsigned int number;
	char name[PEER_NAME_SIZE];
	pid_t pid;
	uint64_t since; /* CLOCK_MONOTONIC in ns, when it attached (or started) */
	int queued_to;  /* messages waiting in the ring to it and from it; -1 unknown */
	int queued_from;
};

enum hub_event {
	HUB_ATTACHED,
	HUB_DETACHED,
	HUB_DIED,
	HUB_STOPPED,
	HUB_ANSWERS, /* again, after it was stopped */
	HUB_GARBAGE,
	HUB_PRIMARY_QUIT,
	HUB_PRIMARY_DIED,
	HUB_MP_THREAD_ENDED,
};

/* Told of each event; peer is a copy, of before it left. */
typedef void(hub_listener_t)(enum hub_event event, const struct peer *peer);

struct hub_config {
	enum role role;
	const char *name; /* --name, or NULL */
	unsigned int max_peers;
	pid_t primary_pid;
	const char *runtime_dir, *file_prefix; /* kept by reference */
	hub_listener_t *listener;
};

#endif

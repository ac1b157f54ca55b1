/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Who is here. The primary keeps the peers in its own memory, which decides, and shows
 * them to the others in a memzone; a secondary reads that with care. Attach, detach and
 * death are the primary's main thread's. Main thread, all of it.
 */

#ifndef MPSH_PEERS_HUB_H
#define MPSH_PEERS_HUB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "message/name.h"
#include "mp/attach.h"
#include "ring/worker.h"

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

struct peer {
	enum peer_state state;
	unsigned int number;
	char name[NAME_MAX_LENGTH + 8]; /* "primary", "secondary-1", or its --name */
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

/*
 * Make the hub with all its rings (primary), or note what we are. After rte_eal_init();
 * then the worker of a primary or guest can start. Returns 0 or -errno with one or two
 * lines in error.
 */
int hub_start(const struct hub_config *config, char *error, size_t size);

/*
 * Is there a hub of mpsh in the primary's memory? 0; -ENOENT there is none; -EPROTO it is
 * of another version, which is in *version. Any role, before hub_start().
 */
int hub_look(uint32_t *version);

/*
 * Secondary: ask the primary for a place. Blocks up to timeout_ms. Returns 0, then the
 * worker can start with hub_number() and hub_doorbell(); -EAGAIN: the primary is not
 * ready yet, ask again; else -errno; with one or two lines in error.
 */
int hub_attach(uint32_t timeout_ms, char *error, size_t size);

/* Secondary, after the worker's start: have it look at the rings. Returns 0 or -errno. */
int seat_open_rings(void);

/* Our own doorbell, for worker_start(). */
const struct doorbell *hub_doorbell(void);

enum role hub_role(void);
const char *hub_role_name(void);
unsigned int hub_number(void);
/* "primary", "secondary-1", "fw" or "guest". */
const char *hub_name(void);
unsigned int hub_max_peers(void);

/* EAL's --file-prefix, as it was given to hub_start(). */
const char *hub_file_prefix(void);
/* The primary's pid, also after it has gone. */
pid_t hub_primary_pid(void);

/* Is the primary there (always in the primary itself)? */
bool hub_is_live(void);

/* The other consoles, by number: is there one, and what is known of it. */
bool peer_find(unsigned int number, struct peer *peer);
/* Primary: is, or was last, the process behind pid the one with this number? */
bool place_was(unsigned int number, pid_t pid);
/* How many there are, and one's number; the lowest when there are several. */
unsigned int hub_count(unsigned int *number);
/* By number, "primary", "secondary-N" or name: the number, or -ENOENT. May be our own. */
int hub_find(const char *word);
/* A name for any number, also of one that has left. Valid until the next call but three.
 */
const char *hub_peer_name(unsigned int number);
/* Of the process behind a pid: its number, or -ENOENT. */
int hub_find_pid(pid_t pid);

/* Callbacks of ipc and exchange. */
void hub_on_attach(const struct ipc_attach *attach);
void hub_on_detach(unsigned int number);
void hub_on_garbage(unsigned int neighbour);
void hub_on_change(void); /* MESSAGE_HUB: look again at who is here */

/* Leave: say so to those who watch. The worker still runs. */
void hub_leave(void);
/* Mark in shared memory that this process leaves on purpose. Async-signal-safe. */
void hub_mark_leaving(void);
void hub_free(void);

#endif

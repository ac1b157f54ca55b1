/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looking up a peer. Main thread. */

#ifndef MPSH_PEERS_PEERS_H
#define MPSH_PEERS_PEERS_H

#include <stdbool.h>
#include <sys/types.h>

struct peer;

/* The other consoles, by number: is there one, and what is known of it. */
bool hub_peer(unsigned int number, struct peer *peer);

/* Primary: is, or was last, the process behind pid the one with this number? */
bool hub_peer_was(unsigned int number, pid_t pid);

/* How many peers are attached; *number gets the lowest number of them. */
unsigned int hub_count(unsigned int *number);

/* By number, "primary", "secondary-N" or name: the number, or -ENOENT. May be our own. */
int hub_find(const char *word);

/*
 * The name of the peer that has this number now, or would have: by value, so that
 * hub_peer_name(number).text stands until the end of the statement that it is written in.
 */
struct peer_name hub_peer_name(unsigned int number);

/* The number of the peer that has this pid, or -ENOENT. */
int hub_find_pid(pid_t pid);

#endif

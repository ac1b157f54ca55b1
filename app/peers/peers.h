/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looking up a peer. Main thread. */

#ifndef MPSH_PEERS_PEERS_H
#define MPSH_PEERS_PEERS_H

#include <stdbool.h>
#include <stdint.h>

struct peer;

/* Fill in *peer and return true if a peer (never this process) has this number. */
bool hub_peer(unsigned int number, struct peer *peer);

/*
 * In the primary: does the process with the rte_mp socket of this name hold the place
 * with this number, or did it hold it last?
 */
bool hub_peer_was(unsigned int number, const char *socket);

/*
 * Is the neighbour with this number, of whose link a message or garbage came, still of
 * this generation? Its number may have been given to another process since.
 */
bool hub_is_present(unsigned int neighbour, uint32_t generation);

/*
 * How many peers this process has. *number gets the lowest of their numbers, if there
 * are any; number may be NULL.
 */
unsigned int hub_count(unsigned int *number);

/*
 * The number of the peer, or of this process, that word stands for: a number,
 * "primary", "secondary-N" or a name. -ENOENT if there is none.
 */
int hub_find(const char *word);

/*
 * The name of the peer with this number (0 to PEERS_MAX), of the peer that had the
 * number last, or the number's default name. Returned by value:
 * hub_peer_name(number).text is valid until the end of the statement.
 */
struct peer_name hub_peer_name(unsigned int number);

/*
 * The number of the peer whose rte_mp socket has this name, or -ENOENT. In the primary, a
 * peer that has left is found as long as its place is not taken again.
 */
int hub_find_socket(const char *socket);

#endif

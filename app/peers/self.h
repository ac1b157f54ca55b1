/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* This process's role, number and names in the hub. Main thread. */

#ifndef MPSH_PEERS_SELF_H
#define MPSH_PEERS_SELF_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "peers/peer.h"

/* In place of hub_start(): this process joins nothing, and only looks. */
void hub_stay_outside(const char *file_prefix);

enum role hub_role(void);
const char *hub_role_name(void);
unsigned int hub_number(void);

/* How often this secondary's number was given out; 0 in a primary and a guest. */
uint32_t hub_generation(void);

/* "primary", "secondary-1", "guest", "outside", or the --name of a primary or secondary.
 */
const char *hub_name(void);
unsigned int hub_max_peers(void);

/* EAL's --file-prefix. */
const char *hub_file_prefix(void);

/* The primary's pid, also after the primary has ended. */
pid_t hub_primary_pid(void);

/* False once the primary has ended or was given up; always true in the primary. */
bool hub_is_live(void);

/* Write the name of a process without a --name: "primary" or "secondary-<number>". */
void hub_default_name(unsigned int number, char name[PEER_NAME_SIZE]);

/* Call the listener of hub_config. peer is NULL if the event is not about a peer. */
void hub_announce(enum hub_event event, const struct peer *peer);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Who this process is. Main thread. */

#ifndef MPSH_PEERS_SELF_H
#define MPSH_PEERS_SELF_H

#include <stdbool.h>
#include <sys/types.h>

#include "peers/peer.h"

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

/* The name of a place whose occupant has given none. */
void hub_default_name(unsigned int number, char name[PEER_NAME_SIZE]);

/* Tell the listener of hub_config. */
void hub_announce(enum hub_event event, const struct peer *peer);

#endif

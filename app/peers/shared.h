/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The memzone of the group: the primary writes who is here, the others read it with
 * care. Main thread.
 */

#ifndef MPSH_PEERS_SHARED_H
#define MPSH_PEERS_SHARED_H

#include <stdbool.h>
#include <stdint.h>

struct peer;

#define HUB_ZONE "mpsh_hub"
#define RING_TO "mpsh_to_%u"     /* primary -> secondary */
#define RING_FROM "mpsh_from_%u" /* secondary -> primary */

/*
 * Is there a hub of mpsh in the primary's memory? 0; -ENOENT there is none; -EPROTO it is
 * of another version, which is in *version. Any role, before hub_start().
 */
int hub_look(uint32_t *version);

/* Mark in shared memory that this process leaves on purpose. Async-signal-safe. */
void hub_mark_leaving(void);

/* A copy of what the primary shows of a place; what makes no sense is taken as nobody. */
bool shared_read_place(
	unsigned int number, struct peer *peer, uint32_t *generation, uint32_t *reason);

/* Show what the record says, the state last. */
void shared_publish_place(unsigned int number, uint32_t reason);

/* The primary: make the memzone and all rings. Returns 0 or -errno. */
int shared_create(void);

#endif

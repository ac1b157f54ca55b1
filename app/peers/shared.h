/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The hub's memzone: the primary writes into it which places are taken, and secondaries
 * read copies whose values they check. Main thread.
 */

#ifndef MPSH_PEERS_SHARED_H
#define MPSH_PEERS_SHARED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct peer;

/* Names of the memzone, and of the two rings of the secondary with a number. */
#define HUB_ZONE "mpsh_hub"
#define RING_TO "mpsh_to_%u"     /* primary -> secondary */
#define RING_FROM "mpsh_from_%u" /* secondary -> primary */

/*
 * Is there a hub in the primary's memory? An mpsh primary makes it just after
 * rte_eal_init(), so where the process with this pid is named mpsh, wait for it until
 * loop_now() is deadline. Returns 0; -ENOENT: there is none; -EPROTO: the hub has another
 * version of the protocol, which is in *version; -EBADMSG: the memzone is not a hub. May
 * be called in any role, before hub_start().
 */
int hub_await(pid_t primary, uint64_t deadline, uint32_t *version);

/*
 * In a secondary: copy what the hub says of the place with this number, 1 to PEERS_MAX,
 * or 0 for the primary's name. Returns false when the place is free or its state is not
 * valid; *peer then holds the process that left last. Returns false and fills in
 * nothing when the primary is gone.
 */
bool shared_read_place(
	unsigned int number, struct peer *peer, uint32_t *generation, uint32_t *reason);

/*
 * In the primary: write what hub.places[number] holds into the hub, the state last.
 * reason is the enum hub_event that led to it, of use only when the place becomes free.
 */
void shared_publish_place(unsigned int number, uint32_t reason);

/* In the primary: create the memzone and all rings. Returns 0 or -errno. */
int shared_create(void);

#endif

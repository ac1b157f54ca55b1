/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The places that the primary gives to secondaries. Main thread. */

#ifndef MPSH_PEERS_PLACES_H
#define MPSH_PEERS_PLACES_H

#include "peers/peer.h"

struct ipc_attach;
struct job;
struct place;

/*
 * For struct ipc_callbacks: give the asking process a place, or refuse. Takes over the
 * descriptors in *attach. The answer follows once the worker has opened the rings.
 */
void hub_on_attach(const struct ipc_attach *attach);

/* A MESSAGE_DETACH has come: free the place. Does nothing outside the primary. */
void hub_on_detach(unsigned int number);

/* A done for worker_send() that frees the job and ignores its result. */
void places_free_job(struct job *job);

/* In the primary, before the first attach. Returns 0 or -ENOMEM. */
int places_start(void);

/*
 * Send MESSAGE_HUB to all secondaries, once in this round of the loop. A secondary whose
 * ring is full misses it, but looks at the hub by itself (watch.c).
 */
void places_tell_change(void);

/* Close the two descriptors of the process that has or had the place. */
void places_release_descriptors(struct place *place);

/* A secondary has left for this reason: free its place, and tell the others. */
void places_free(unsigned int number, enum hub_event reason);

#endif

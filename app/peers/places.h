/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The primary's places for secondaries: taken, given, given up. Main thread. */

#ifndef MPSH_PEERS_PLACES_H
#define MPSH_PEERS_PLACES_H

#include "peers/peer.h"

struct ipc_attach;
struct job;
struct place;

/* Callbacks of ipc and exchange. */
void hub_on_attach(const struct ipc_attach *attach);
void hub_on_detach(unsigned int number);

/* For worker_send(): free the job, whatever came of it. */
void places_free_job(struct job *job);

/* Tell the secondaries to look again; one whose ring is full will find out by itself. */
void places_tell_change(void);

/* Close what was received of the process in this place. */
void places_release_descriptors(struct place *place);

/* Someone has left, for this reason. */
void places_free(unsigned int number, enum hub_event reason);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Start and end of the hub: the shared memory in which an mpsh primary keeps the places
 * of its secondaries. Main thread.
 */

#ifndef MPSH_PEERS_HUB_H
#define MPSH_PEERS_HUB_H

struct doorbell;
struct hub_config;

/*
 * After rte_eal_init(): in a primary create the hub with all its rings; in a guest look
 * for simple_mp's rings. A secondary must call hub_attach() before its worker can
 * start. *config is copied, but not the strings it points to. Returns 0, or -errno with
 * one or two lines in error.
 */
int hub_start(const struct hub_config *config, char *error, size_t size);

/* This process's own doorbell, for worker_start(). */
const struct doorbell *hub_doorbell(void);

/* Free what the hub holds in this process, after worker_stop(); shared memory stays. */
void hub_free(void);

#endif

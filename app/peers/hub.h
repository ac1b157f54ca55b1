/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The hub: a group with an mpsh primary. Its start and its end. Main thread. */

#ifndef MPSH_PEERS_HUB_H
#define MPSH_PEERS_HUB_H

struct doorbell;
struct hub_config;

/*
 * Make the hub with all its rings (primary), or note what we are. After rte_eal_init();
 * then the worker of a primary or guest can start. Returns 0 or -errno with one or two
 * lines in error.
 */
int hub_start(const struct hub_config *config, char *error, size_t size);

/* Our own doorbell, for worker_start(). */
const struct doorbell *hub_doorbell(void);

/* Free what the hub holds in this process; shared memory stays. */
void hub_free(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The commands /mpsh/info, /mpsh/peers and /mpsh/stats of DPDK's telemetry, which only
 * a primary has. The telemetry threads get the answers from the main thread.
 */

#ifndef MPSH_PEERS_TELEMETRY_H
#define MPSH_PEERS_TELEMETRY_H

/* Register the commands, after rte_eal_init(). Returns 0 or -errno. Main thread. */
int telemetry_start(void);

#endif

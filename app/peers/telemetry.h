/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * /mpsh/info, /mpsh/peers and /mpsh/stats on the primary's DPDK telemetry socket. Its
 * threads ask the main thread, which alone knows.
 */

#ifndef MPSH_PEERS_TELEMETRY_H
#define MPSH_PEERS_TELEMETRY_H

/* Register the three; in a primary, after rte_eal_init(). Returns 0 or -errno. Main
 * thread. */
int telemetry_start(void);

#endif

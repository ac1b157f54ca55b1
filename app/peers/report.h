/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The JSON documents of the commands `info`, `peers` and `stats`, also for telemetry.
 * Each function returns a new reference. Main thread.
 */

#ifndef MPSH_PEERS_REPORT_H
#define MPSH_PEERS_REPORT_H

#include <jansson.h>

/* {version, protocol, dpdk, name, role, pid, …} */
json_t *report_info(void);

/*
 * [{id, name, pid, state, age_ns, queued_to, queued_from}]: the peers, then other
 * processes with an rte_mp socket. What is not known is null.
 */
json_t *report_peers(void);

/* The other processes of report_peers() alone. */
json_t *report_other_processes(void);

/*
 * [{peer, transport, sent, …, p50_ns, p99_ns, max_ns}]: a row for each peer and
 * transport, and for every other row of stats.h with a counter that is not 0.
 */
json_t *report_stats(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What is known, as documents: for the commands that show it and for telemetry. Each
 * returns a new reference. Main thread.
 */

#ifndef MPSH_PEERS_REPORT_H
#define MPSH_PEERS_REPORT_H

#include <jansson.h>

/* {version, protocol, dpdk, name, role, pid, …}: see `info`. */
json_t *report_info(void);

/* [{id, name, pid, state, age_ns, queued_to, queued_from}]: consoles, then others; null:
 * unknown. */
json_t *report_peers(void);

/* [{peer, transport, sent, …, p50_ns, p99_ns, max_ns}] of who is here and where something
 * was counted. */
json_t *report_stats(void);

#endif

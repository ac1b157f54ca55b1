/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * One round trip to a peer, over either transport. Main thread.
 */

#ifndef MPSH_EXCHANGE_ROUND_TRIP_H
#define MPSH_EXCHANGE_ROUND_TRIP_H

#include <stdint.h>

#include "message/stats.h"

/*
 * Send a ping to the peer with this number and wait at most timeout_ms for its pong.
 * Over rte_mp the ping has size bytes of text, over the ring 4. Returns 0 with *rtt_ns
 * set; -ETIMEDOUT; -EINTR after Ctrl-C; -ECANCELED when the program is to end; another
 * negative errno when the ping failed. Counts in stats.
 */
int round_trip(enum transport transport, unsigned int number, unsigned int size,
	uint32_t timeout_ms, uint64_t *rtt_ns);

#endif

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
 * Ask peer number and wait for the answer, at most timeout_ms; size bytes of text over
 * rte_mp, "ping" over the ring. Returns 0 with *rtt_ns; -ETIMEDOUT; -EINTR or -ECANCELED:
 * stop; another negative errno: it could not be sent. Counted in stats.
 */
int round_trip(enum transport transport, unsigned int number, unsigned int size,
	uint32_t timeout_ms, uint64_t *rtt_ns);

#endif

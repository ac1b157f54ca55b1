/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Round trips over rte_mp: EAL's rte_mp thread answers a ping, not the main thread. */

#ifndef MPSH_MP_PING_H
#define MPSH_MP_PING_H

#include <stdint.h>

struct message;

/*
 * Make one round trip over rte_mp with a MESSAGE_PING of length bytes of text (up to
 * MESSAGE_BROADCAST_MAX). A secondary pings the primary with rte_mp_request_sync(). The
 * primary pings a secondary with rte_mp_sendmsg(), and the pong comes in another,
 * because the primary's rte_mp_request_sync() would ask all secondaries. Blocks up to
 * timeout_ms, so the main thread must not call this function; only one call may run at
 * a time. Returns 0 with the round trip's TSC ticks in *ticks, -ETIMEDOUT, or another
 * negative errno.
 */
int ipc_round_trip(unsigned int source, unsigned int destination, uint32_t sequence,
	size_t length, uint32_t timeout_ms, uint64_t *ticks);

/*
 * Answer a ping, in EAL's rte_mp thread. number is this process's own; path is the
 * sender's socket. The primary answers every ping. A secondary answers only a ping
 * whose destination is number, since the primary's pings reach all secondaries.
 */
void ping_answer(const struct message *ping, unsigned int number, const char *path);

/*
 * In the primary, in EAL's rte_mp thread: end the wait of ipc_round_trip() if this pong
 * has the sequence of its ping. stamp: TSC when the pong came.
 */
void ping_take_pong(const struct message *pong, uint64_t stamp);

#endif

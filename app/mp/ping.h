/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A round trip through two rte_mp threads, and no further. */

#ifndef MPSH_MP_PING_H
#define MPSH_MP_PING_H

#include <stdint.h>

struct message;

/*
 * One round trip of a MESSAGE_PING over rte_mp, to the primary or from it to a secondary:
 * a secondary's is an rte_mp_request_sync(), the primary's two rte_mp_sendmsg(), since
 * rte_mp cannot ask one process alone. length bytes of text (up to
 * MESSAGE_BROADCAST_MAX). Blocks up to timeout_ms; one at a time, from a thread of its
 * own, not the main thread. Returns 0 with the TSC ticks from before it was sent to when
 * the reply was taken; -ETIMEDOUT or another negative errno.
 */
int ipc_round_trip(unsigned int source, unsigned int destination, uint32_t sequence,
	size_t length, uint32_t timeout_ms, uint64_t *ticks);

/* The primary answers whoever asks; a secondary what is for it, and rte_mp cannot say to
 * whom. */
void ping_answer(const struct message *ping, unsigned int number, const char *path);

/* In the primary: the answer to its own ping. */
void ping_take_pong(const struct message *pong, uint64_t stamp);

#endif

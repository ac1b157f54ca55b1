/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Replies that the main thread sends, most of them after a delay. Without memory a
 * reply is not sent. Main thread.
 */

#ifndef MPSH_EXCHANGE_LATER_H
#define MPSH_EXCHANGE_LATER_H

#include <stdbool.h>
#include <stdint.h>

#include "message/message.h"

struct ipc_received;

/* How many delayed replies may wait for one peer, and for all other processes together.
 */
#define LATER_MAX 1024

/* A peer has left: drop the replies that wait for it. */
void later_forget(unsigned int peer);

/* Answer a request or notification whose listener is set to answer with a delay. */
void later_answer_request(const struct ipc_received *received);

/* Send a copy of this answer over the ring: after delay_ms if later is set, else now. */
void later_answer_by_ring(const struct message *answer, bool later, uint32_t delay_ms);

/* Secondary: send a copy of this answer after delay_ms, over rte_mp, to the primary. */
void later_answer_by_mp(const struct message *answer, uint32_t delay_ms);

#endif

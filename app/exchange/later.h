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
struct job;

/* For worker_send(): count the reply's bytes or its refusal, and free its job. */
void later_sent(struct job *job);

/* Answer a request or notification whose listener is set to answer with a delay. */
void later_answer_request(const struct ipc_received *received);

/* Answer a message over the ring: after delay_ms if later is set, else now. */
void later_answer_by_ring(enum message_kind kind, unsigned int peer, uint32_t sequence,
	const uint8_t *text, size_t length, bool later, uint32_t delay_ms);

/* Secondary: answer a broadcast after delay_ms, over rte_mp, by way of the primary. */
void later_answer_by_mp(const struct message *asked, const uint8_t *text, size_t length,
	uint32_t delay_ms);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Replies that are sent after a delay. Main thread. */

#ifndef MPSH_EXCHANGE_LATER_H
#define MPSH_EXCHANGE_LATER_H

#include <stdbool.h>
#include <stdint.h>

#include "message/message.h"

struct ipc_received;
struct job;

/* For worker_send(): count what became of a reply, and free its job. */
void later_sent(struct job *job);

/* Answer a request, or a notification, delayed by its listener. */
void answer_request(const struct ipc_received *received);

/* Answer a message over the ring to its sender, now or later. */
void answer_by_ring(enum message_kind kind, unsigned int peer, uint32_t sequence,
	const uint8_t *text, size_t length, bool later, uint32_t delay_ms);

/* A secondary's answer to a broadcast, over the primary. */
void answer_by_mp(const struct message *asked, const uint8_t *text, size_t length,
	uint32_t delay_ms);

#endif

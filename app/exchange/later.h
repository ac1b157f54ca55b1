/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Replies that are sent after a delay. Main thread. */

#ifndef MPSH_EXCHANGE_LATER_H
#define MPSH_EXCHANGE_LATER_H

#include <stdbool.h>
#include <stdint.h>

#include <event2/event.h>

#include "message/message.h"
#include "mp/callbacks.h"

struct job;

/* A reply that is to be sent after a while. */
struct delayed {
	struct event *timer;
	uint64_t due;           /* TSC; the timer's clock is another one, and coarse */
	bool is_request;        /* to a request: by path, else by message */
	struct job *job;        /* over the ring */
	struct message message; /* over rte_mp, as a message */
	bool by_mp;
	char path[IPC_PATH_SIZE], action[IPC_ACTION_SIZE];
	int length;
	uint8_t payload[IPC_PAYLOAD_MAX];
};

void later_sent(struct job *job);
struct delayed *later_new(uint32_t delay_ms);

/* Answer a message over the ring to its sender, now or later. */
void answer_by_ring(enum message_kind kind, unsigned int peer, uint32_t sequence,
	const uint8_t *text, size_t length, bool later, uint32_t delay_ms);

/* A secondary's answer to a broadcast, over the primary. */
void answer_by_mp(const struct message *asked, const uint8_t *text, size_t length,
	uint32_t delay_ms);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The lines that tell of what others do. Main thread. */

#ifndef MPSH_EXCHANGE_NOTICE_H
#define MPSH_EXCHANGE_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "message/message.h"
#include "message/stats.h"

struct ipc_received;

/* Say each message that passes the primary. */
void exchange_set_monitor(bool on);
bool exchange_monitors(void);

/* A reply to a question that was given up. */
void notice_late(enum transport transport, unsigned int peer, const uint8_t *text,
	size_t length, uint64_t rtt_ns);

/* What was received from name; it is kept for `wait message` too. before stands in front
 * of the line. */
void notice_received(const char *kind, const char *before, const char *name,
	enum transport transport, const uint8_t *text, size_t length);

/* A message that passes: when, from whom, to whom, over what, of what kind. */
void notice_passing(enum transport transport, enum message_kind kind, unsigned int source,
	const char *to, const uint8_t *text, size_t length);

/* A request or a notification that came to an action of users. */
void notice_action(const struct ipc_received *received);

#endif

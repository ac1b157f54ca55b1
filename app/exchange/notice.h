/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Notices of the messages that other processes send, and of what happens to this process.
 * Main thread.
 */

#ifndef MPSH_EXCHANGE_NOTICE_H
#define MPSH_EXCHANGE_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "message/message.h"
#include "message/stats.h"

struct ipc_received;

/* Turn on or off a notice for each message that passes the primary. */
void exchange_set_monitor(bool on);
bool exchange_monitors(void);

/* Say which primary this process has joined, and under which name. */
void notice_joined(void);

/* Print a line that EAL or a driver has logged. */
void notice_log(const char *line);

/* Print a reply to a question that had timed out. */
void notice_late(enum transport transport, unsigned int peer, const uint8_t *text,
	size_t length, uint64_t rtt_ns);

/*
 * Print what was received from the peer called name, and keep the text for `wait
 * message`. before is printed in front of the name; kind is for JSON.
 */
void notice_received(const char *kind, const char *before, const char *name,
	enum transport transport, const uint8_t *text, size_t length);

/* Say that n messages passed the monitor and could not be shown. */
void notice_unseen(unsigned int n);

/*
 * Print a message that passes the primary, with the time, its source, receiver,
 * transport and kind. to is the receiver's name or "all".
 */
void notice_passing(enum transport transport, enum message_kind kind, unsigned int source,
	const char *to, const uint8_t *text, size_t length);

/*
 * Print and count a request or a notification that came to an action listened to, and
 * keep its payload for `wait message`.
 */
void notice_action(const struct ipc_received *received);

#endif

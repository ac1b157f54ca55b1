/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Handles everything that comes from other processes. Main thread. */

#ifndef MPSH_EXCHANGE_INCOMING_H
#define MPSH_EXCHANGE_INCOMING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "peers/peer.h"

struct ipc_received;
struct message;
struct worker_event;

/* For worker_start(). */
void exchange_on_event(const struct worker_event *event);

/* The loop's drain: worker_drain(), with what it prints in few writes. Main thread. */
void exchange_show_events(void);

/* For struct ipc_callbacks. */
void exchange_on_message(
	const struct message *message, uint64_t stamp, const char *socket, bool answered);
void exchange_on_received(const struct ipc_received *received);

/* For the hub's listener: prints the event. */
void exchange_on_hub(enum hub_event event, const struct peer *peer);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* set relay: messages passed on as rte_mp requests, one after another. Main thread. */

#ifndef MPSH_EXCHANGE_RELAY_H
#define MPSH_EXCHANGE_RELAY_H

#include <stdint.h>

/* Messages that may wait to be relayed. */
#define RELAY_WAITING_MAX 64

/* Relay received messages to this action; "" turns relaying off and drops the messages
 * that wait. */
void exchange_set_relay(const char *action);
const char *exchange_relay(void);

/* How many messages were not relayed, because too many waited, the message was too long
 * or memory was short. */
uint64_t exchange_not_relayed(void);

/* Relay a copy of a message that was received; does nothing while relaying is off. */
void relay_text(const uint8_t *text, size_t length);

#endif

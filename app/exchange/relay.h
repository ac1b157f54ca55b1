/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Messages passed on to an action of rte_mp, one after another. Main thread. */

#ifndef MPSH_EXCHANGE_RELAY_H
#define MPSH_EXCHANGE_RELAY_H

#include <stdint.h>

#define RELAY_WAITING_MAX 64

/* Relay what is received to this action; "" for off. */
void exchange_set_relay(const char *action);
const char *exchange_relay(void);

/* How many messages were not relayed, because 64 waited already or one was too long. */
uint64_t exchange_not_relayed(void);

/* Relay a message that was received; nothing while relaying is off. */
void relay_text(const uint8_t *text, size_t length);

#endif

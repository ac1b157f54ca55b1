/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The newest 1000 messages received, for `wait message`. Main thread. */

#ifndef MPSH_EXCHANGE_INBOX_H
#define MPSH_EXCHANGE_INBOX_H

#include <stdbool.h>
#include <stdint.h>

/* Does a kept message contain these bytes? */
bool exchange_was_received(const char *text, size_t length);

/* Forget all kept messages. */
void exchange_forget_received(void);

/* Keep a copy of a message that was received, in place of the oldest of 1000. */
void inbox_keep(const uint8_t *text, size_t length);

#endif

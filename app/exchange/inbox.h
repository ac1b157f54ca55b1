/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The messages received last, for `wait message`. Main thread. */

#ifndef MPSH_EXCHANGE_INBOX_H
#define MPSH_EXCHANGE_INBOX_H

#include <stdbool.h>
#include <stdint.h>

/* Is one of those kept that contains these bytes? */
bool exchange_was_received(const char *text, size_t length);

/* Forget all that were kept. */
void exchange_forget_received(void);

/* Keep a message that was received; of 1000 the oldest goes. */
void inbox_keep(const uint8_t *text, size_t length);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The messages received last, for `wait message`. Main thread. */

#ifndef MPSH_EXCHANGE_INBOX_H
#define MPSH_EXCHANGE_INBOX_H

#include <stdbool.h>
#include <stdint.h>

/* Messages received since this was last called (the newest 1000), by `wait message`. */
bool exchange_was_received(const char *text, size_t length); /* one that contains it */
void exchange_forget_received(void);
void inbox_keep(const uint8_t *text, size_t length);

#endif

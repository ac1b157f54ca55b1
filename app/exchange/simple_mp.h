/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Texts over the ring pair of DPDK's simple_mp example. Main thread.
 */

#ifndef MPSH_EXCHANGE_SIMPLE_MP_H
#define MPSH_EXCHANGE_SIMPLE_MP_H

#include <stddef.h>

/*
 * Send a text of 1 to SIMPLE_MP_TEXT_MAX bytes and count it in stats. Returns 0;
 * -ENOBUFS when the ring is full, with the number of messages in it in *waiting;
 * -ENOMEM when simple_mp's mempool is empty; -EBADMSG when the ring is damaged;
 * -ECANCELED when the program is to end, or our own memory is short; the errors of
 * worker_submit().
 */
int exchange_send_simple_mp(const char *text, size_t length, unsigned int *waiting);

#endif

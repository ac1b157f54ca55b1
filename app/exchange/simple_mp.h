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
 * Send a text (1 to SIMPLE_MP_TEXT_MAX bytes), counted in stats. Returns 0; -ENOBUFS with
 * how many messages fill the ring in *waiting; -ENOMEM when the pool is empty; -EBADMSG
 * when what lies in the ring is not to be believed; -ECANCELED on the way out, or without
 * memory of our own.
 */
int exchange_send_simple_mp(const char *text, size_t length, unsigned int *waiting);

#endif

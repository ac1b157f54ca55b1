/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Messages of other mpsh processes that arrive over rte_mp: broadcasts, replies, pings.
 */

#ifndef MPSH_MP_BROADCAST_H
#define MPSH_MP_BROADCAST_H

#include <rte_eal.h>

/* The handler of ACTION_MESSAGE, in EAL's rte_mp thread. */
int broadcast_on_message(const struct rte_mp_msg *msg, const void *peer);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * How requests over rte_mp and their replies are shown. Main thread.
 */

#ifndef MPSH_EXCHANGE_REPLY_H
#define MPSH_EXCHANGE_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "mp/listen.h"
#include "mp/request.h"

/*
 * Print the outcome of a request as the result of command ("request", "mp_request",
 * "relay"), or its error. Returns 0 or -EIO.
 */
int reply_print(const struct ipc_request *request, const char *command);

/* Print the notice of what came to an action of users. */
void reply_say_received(const struct ipc_received *received);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * How requests over rte_mp and their replies are shown: payloads that are text as text, others as
 * hex. Main thread.
 */

#ifndef MPSH_REPLY_H
#define MPSH_REPLY_H

#include <stddef.h>
#include <stdint.h>

#include "ipc.h"

/*
 * A payload as one would type it: printable UTF-8 as it is, everything else, and what begins with
 * "hex:" or "fd:", as "hex:00ff10 (3 bytes, 2 fds)". Valid as output_escape()'s.
 */
const char *reply_payload(const uint8_t *payload, size_t length, int n_fds);

/*
 * Print the outcome of a request as the result of command ("request", "mp_request", "relay"), or its
 * error. Returns 0 or -EIO.
 */
int reply_print(const struct ipc_request *request, const char *command);

/* Print the notice of what came to an action of users. */
void reply_say_received(const struct ipc_received *received);

#endif

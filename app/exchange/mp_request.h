/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Requests over rte_mp: sending one, waiting for it, printing its replies. Main thread.
 */

#ifndef MPSH_EXCHANGE_MP_REQUEST_H
#define MPSH_EXCHANGE_MP_REQUEST_H

#include <stdbool.h>

#include "mp/request.h"

/*
 * Send a request and wait for its end; after Ctrl-C DPDK goes on waiting and the
 * outcome is dropped. The request is on the heap and freed in any case; its timeout_ms,
 * done and ctx are set here. Prints the outcome as mp_request_print() does, or why
 * there is none. Returns 0 or a negative errno.
 */
int mp_request_run(struct ipc_request *request, const char *command);

/*
 * The same without printing; the caller has set timeout_ms. Returns 0: the request has
 * its outcome and is the caller's, to free with ipc_request_free(). Else *request is
 * NULL: -EINTR, -ECANCELED: its outcome is dropped; another negative errno: it was not
 * sent.
 */
int mp_request_ask(struct ipc_request **request);

/* Has everyone who was asked answered? */
bool mp_request_is_answered(const struct ipc_request *request);

/*
 * Print the outcome of a request as the result of command ("request", "mp_request",
 * "relay"), or its error. Returns 0 or -EIO.
 */
int mp_request_print(const struct ipc_request *request, const char *command);

/* Count in stats the requests, replies and bytes of a request that has ended. */
void mp_request_count(const struct ipc_request *request);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Requests over rte_mp: wait for one, print what came. Main thread.
 */

#ifndef MPSH_EXCHANGE_MP_REQUEST_H
#define MPSH_EXCHANGE_MP_REQUEST_H

#include "mp/request.h"

/*
 * Send a request (on the heap, taken over in any case; timeout_ms and done are set here)
 * and wait for its end; at Ctrl-C DPDK goes on waiting and the outcome is dropped. Prints
 * the result as command's, or the error. Returns 0 or a negative errno.
 */
int mp_request_run(struct ipc_request *request, const char *command);

/*
 * Print the outcome of a request as the result of command ("request", "mp_request",
 * "relay"), or its error. Returns 0 or -EIO.
 */
int mp_request_print(const struct ipc_request *request, const char *command);

#endif

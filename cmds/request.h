/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A request over rte_mp as commands make it: wait for it, print what came. Main thread.
 */

#ifndef MPSH_CMDS_REQUEST_H
#define MPSH_CMDS_REQUEST_H

#include "mp/request.h"

/*
 * Send a request (on the heap, taken over in any case; timeout_ms and done are set here)
 * and wait for its end; at Ctrl-C DPDK goes on waiting and the outcome is dropped. Prints
 * the result as command's, or the error. Returns 0 or a negative errno.
 */
int request_run(struct ipc_request *request, const char *command);

#endif

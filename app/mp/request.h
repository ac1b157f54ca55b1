/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A request to the listeners of an action, and why one failed. */

#ifndef MPSH_MP_REQUEST_H
#define MPSH_MP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "mp/callbacks.h"

/* One reply to a request. */
struct ipc_reply {
	int length;
	int n_fds;
	uint8_t payload[IPC_PAYLOAD_MAX];
	char fds[IPC_RECEIVED_FDS_MAX][64];
};

struct ipc_request {
	char action[IPC_ACTION_SIZE];
	int length;
	uint8_t payload[IPC_PAYLOAD_MAX];
	int n_fds;
	int fds[IPC_FDS_MAX]; /* closed when the request ends */
	uint32_t timeout_ms;
	void (*done)(struct ipc_request *request); /* from the loop; frees the request */
	void *ctx;

	/* The outcome. */
	int result; /* 0, or -errno with the reason in error */
	int n_sent, n_received;
	uint64_t ticks;            /* from before to after rte_mp_request_sync(), TSC */
	struct ipc_reply *replies; /* n_received of them */
	char error[256];
};

/*
 * rte_mp_request_sync() in a thread of its own. Returns 0, then done will be called;
 * -EEXIST while one to this action is still pending; or another negative errno. Main
 * thread.
 */
int ipc_request_start(struct ipc_request *request);
void ipc_request_free(struct ipc_request *request);

/* Is one to this action pending? Main thread. */
bool ipc_request_is_pending(const char *action);

#endif

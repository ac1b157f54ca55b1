/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* An rte_mp request to the processes that have an action, and why a request failed. */

#ifndef MPSH_MP_REQUEST_H
#define MPSH_MP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

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
	int fds[IPC_FDS_MAX]; /* closed once the request has ended */
	uint32_t timeout_ms;
	bool is_probe; /* of many: nobody is told why one is not answered */

	/* Called in the main thread, from the loop; must free the request in the end. */
	void (*done)(struct ipc_request *request);
	void *ctx; /* the caller's */

	/* The outcome, valid once done is called. */
	int result; /* 0, or -errno with the reason in error */
	int n_sent, n_received;
	uint64_t ticks;            /* how long rte_mp_request_sync() took, TSC */
	struct ipc_reply *replies; /* n_received elements */
	pid_t silent;              /* who did not answer in time; 0: that is not known */
	char error[1024];
};

/*
 * Call rte_mp_request_sync() in a background thread. request must stay valid until done
 * is called. Returns 0; -EEXIST while a request to this action is pending (fact 3 of
 * app/README.md); or another negative errno. After an error done is not called, and the
 * descriptors are still open. Main thread.
 */
int ipc_request_start(struct ipc_request *request);

/* Free a request from malloc(), with its replies; not while it is pending. */
void ipc_request_free(struct ipc_request *request);

/* Is a request to this action pending? Main thread. */
bool ipc_request_is_pending(const char *action);

#endif

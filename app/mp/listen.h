/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Actions of other applications, answered. */

#ifndef MPSH_MP_LISTEN_H
#define MPSH_MP_LISTEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <rte_eal.h>

#include "mp/callbacks.h"

struct answer;

/* A message, request or notification that came to an action of users. */
struct ipc_received {
	char action[IPC_ACTION_SIZE];
	char path[IPC_PATH_SIZE]; /* of the sender's socket */
	pid_t pid;                /* of the sender, 0 is the primary's socket */
	int length;
	int n_fds;
	bool answered;
	bool delayed; /* the main thread is to answer with ipc_reply_later() */
	uint32_t delay_ms;
	int answer_length;
	uint8_t answer[IPC_PAYLOAD_MAX];
	uint8_t payload[IPC_PAYLOAD_MAX];
	char fds[IPC_RECEIVED_FDS_MAX]
		[64]; /* what each descriptor was; they are closed */
};

/*
 * Listen to an action, answering so. Returns 0, -EEXIST when someone in this process
 * listens to it already, -ENOSPC, -EINVAL, -E2BIG. Main thread.
 */
int ipc_listen(const char *action, const struct answer *answer);

/* Returns 0 or -ENOENT. */
int ipc_unlisten(const char *action);

/* The i-th listener; false when there is none. */
bool ipc_listener(unsigned int i, char action[IPC_ACTION_SIZE], struct answer *answer);

/* The handler of every action that is listened to, in EAL's rte_mp thread. */
int listen_on_action(const struct rte_mp_msg *msg, const void *peer);

#endif

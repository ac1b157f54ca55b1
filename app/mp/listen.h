/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The rte_mp actions of other applications that this process listens to and answers. */

#ifndef MPSH_MP_LISTEN_H
#define MPSH_MP_LISTEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <rte_eal.h>

#include "mp/callbacks.h"

struct answer;

/* A request or notification that came to IPC_USER_ACTION or to a listener's action. */
struct ipc_received {
	char action[IPC_ACTION_SIZE];
	char path[IPC_PATH_SIZE]; /* of the sender's socket */
	int length;
	int n_fds;
	bool answered;     /* the handler has sent the reply in answer */
	bool delayed;      /* the main thread must send answer, with ipc_reply_later() */
	bool executes;     /* the main thread must run the listener's command for it */
	uint32_t delay_ms; /* if delayed: how much later */
	int answer_length; /* negative: there is no answer */
	uint8_t answer[IPC_PAYLOAD_MAX];
	uint8_t payload[IPC_PAYLOAD_MAX];

	/* What each received descriptor was, as text; the descriptors are closed. */
	char fds[IPC_RECEIVED_FDS_MAX][64];
};

/*
 * Listen to an action; answer says how its requests are answered, in place of what was
 * said before, and is copied, and so is command, which is NULL but for ANSWER_EXEC.
 * Returns 0; -EEXIST when the action is registered in this process, by others than
 * listeners; -ENOSPC when there are LISTENERS_MAX listeners; or what
 * rte_mp_action_register() says (-EINVAL, -E2BIG, …). Main thread.
 */
int ipc_listen(const char *action, const struct answer *answer, const char *command);

/* Returns 0, or -ENOENT when ipc_listen() was not called for action. Main thread. */
int ipc_unlisten(const char *action);

/* Copy the i-th listener; returns false when there are not so many. Any thread. */
bool ipc_listener(unsigned int i, char action[IPC_ACTION_SIZE], struct answer *answer);

/*
 * The command of a listener that is answered by one, else NULL. Valid until the next
 * ipc_listen() or ipc_unlisten(). Main thread.
 */
const char *ipc_listener_command(const char *action);

/*
 * The handler of IPC_USER_ACTION and of every action that is listened to, in EAL's
 * rte_mp thread.
 */
int listen_on_action(const struct rte_mp_msg *msg, const void *peer);

#endif

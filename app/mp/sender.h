/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The thread that sends what nobody waits for, since a send may block. */

#ifndef MPSH_MP_SENDER_H
#define MPSH_MP_SENDER_H

#include <stdint.h>

#include <rte_eal.h>

struct message;

#define ACTION_MESSAGE "mpsh_msg"

/*
 * Put a message on the rte_mp transport, to all that are on it (from a secondary: to the
 * primary). Done by the sender thread, in order; *stamp gets the TSC just before, before
 * anyone can answer; done(ctx, result) is called from the loop. Returns 0 or -errno (done
 * is not called).
 */
int ipc_send(const struct message *message, uint64_t *stamp,
	void (*done)(void *ctx, int result), void *ctx);

/* Answer a request later: payload to the process behind path, for action. Main thread. */
int ipc_reply_later(
	const char *path, const char *action, const uint8_t *payload, int length);

/* rte_mp_sendmsg() of a user's action; descriptors are closed. done as in ipc_send(). */
int ipc_notify(const char *action, const uint8_t *payload, int length, const int fds[],
	int n_fds, void (*done)(void *ctx, int result), void *ctx);

/* A message of ours as rte_mp carries it. */
void sender_wrap_message(const struct message *message, struct rte_mp_msg *msg);

/* What the sender thread runs until ipc_stop(). */
void *sender_main(void *arg);

#endif

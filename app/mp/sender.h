/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The sender thread: the main thread queues messages, and this thread sends them,
 * because a send over rte_mp may block.
 */

#ifndef MPSH_MP_SENDER_H
#define MPSH_MP_SENDER_H

#include <stdint.h>

#include <rte_eal.h>

struct message;

/* The action of messages between mpsh processes. */
#define ACTION_MESSAGE "mpsh_msg"

/*
 * Queue a message for rte_mp: from the primary to all secondaries, from a secondary to
 * the primary. The sender thread sends in order, and just before it stores the TSC in
 * *stamp, which must stay valid until then. Afterwards done(ctx, result) is called from
 * the loop; result is 0 or -errno. stamp and done may be NULL. Returns 0 or -errno
 * (-ENOBUFS, which is counted as refused: too many wait to be sent); after an error done
 * is not called. Any thread.
 */
int ipc_send(const struct message *message, uint64_t *stamp,
	void (*done)(void *ctx, int result), void *ctx);

/*
 * Queue the reply to a request for action that came from the socket path. Returns 0 or
 * -errno. Main thread.
 */
int ipc_reply_later(
	const char *path, const char *action, const uint8_t *payload, int length);

/*
 * Queue a notification (rte_mp_sendmsg()) for an application's action. The descriptors
 * are closed after the send, or at once on an error. done and the return value are
 * those of ipc_send(). Main thread.
 */
int ipc_notify(const char *action, const uint8_t *payload, int length, const int fds[],
	int n_fds, void (*done)(void *ctx, int result), void *ctx);

/* Make *msg the rte_mp message that carries message. Any thread. */
void sender_wrap_message(const struct message *message, struct rte_mp_msg *msg);

/* What the sender thread runs until ipc_stop(). */
void *sender_main(void *arg);

#endif

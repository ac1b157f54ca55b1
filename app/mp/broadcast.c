/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Messages of other mpsh processes that arrive over rte_mp: broadcasts, replies, pings.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "base/memory.h"
#include "message/answer.h"
#include "message/message.h"
#include "message/stats.h"
#include "host/sockets.h"
#include "mp/broadcast.h"
#include "mp/handler.h"
#include "mp/path.h"
#include "mp/ping.h"
#include "mp/sender.h"
#include "mp/socket.h"
#include "mp/state.h"

struct taken_message {
	uint64_t stamp;
	char socket[HOST_SOCKET_NAME_SIZE]; /* the sender's */
	bool answered;
	struct message message;
};

static void
take_message(void *arg)
{
	struct taken_message *from = arg;

	handler_post_taken();
	if (!handler_is_stopping())
		ipc.callbacks.message(
			&from->message, from->stamp, from->socket, from->answered);
	free(from);
}

/*
 * In a secondary: reply to a broadcast, in EAL's rte_mp thread. Returns false when the
 * answer is delayed or off. The primary's reply goes over the asker's ring instead,
 * from the main thread.
 */
static bool
answer_broadcast(const struct message *message, unsigned int number)
{
	struct rte_mp_msg msg;
	struct message reply;
	uint32_t delay_ms;
	int length;

	length = answer_make(message->text, message->length, reply.text,
		MESSAGE_BROADCAST_MAX, &delay_ms);
	if (length < 0)
		return false;
	message_answer(&reply, MESSAGE_BROADCAST_REPLY, number, message, NULL, 0);
	reply.length = length;
	sender_wrap_message(&reply, &msg);
	if (!path_try_send(&msg))
		ipc_send(&reply, NULL, NULL, NULL);
	stats_count(message->source, TRANSPORT_MP, COUNT_BYTES, length);
	return true;
}

int
broadcast_on_message(const struct rte_mp_msg *msg, const void *peer)
{
	unsigned int number = __atomic_load_n(&ipc.number, __ATOMIC_ACQUIRE);
	uint64_t stamp = rte_rdtsc();
	struct taken_message *to;

	handler_close_fds(msg->fds, handler_count_fds(msg));
	if (handler_is_stopping())
		return 0;
	to = memory_zeroed(sizeof(*to));
	if (to == NULL)
		return 0;
	if (message_unpack(msg->param, msg->len_param, &to->message) < 0 ||
		msg->num_fds != 0) {
		stats_count(STATS_OTHERS, TRANSPORT_MP, COUNT_INVALID, 1);
		free(to);
		return 0;
	}
	to->stamp = stamp;
	snprintf(to->socket, sizeof(to->socket), "%s", host_socket_name(peer));
	if (to->message.kind == MESSAGE_PING || to->message.kind == MESSAGE_PONG) {
		if (to->message.kind == MESSAGE_PING)
			ping_answer(&to->message, number, peer);
		else if (ipc.is_primary)
			ping_take_pong(&to->message, stamp);
		free(to);
		return 0;
	}
	if (number != 0 && host_is_primary_socket(to->socket) &&
		to->message.source == 0 && to->message.kind == MESSAGE_BROADCAST &&
		__atomic_load_n(&ipc.posts, __ATOMIC_RELAXED) < POSTS_MAX)
		to->answered = answer_broadcast(&to->message, number);
	handler_post(take_message, to);
	return 0;
}

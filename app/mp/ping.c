/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Round trips over rte_mp: EAL's rte_mp thread answers a ping, not the main thread. */

#include <errno.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "base/deadline.h"
#include "message/message.h"
#include "message/stats.h"
#include "mp/path.h"
#include "mp/ping.h"
#include "mp/sender.h"
#include "mp/state.h"

void
ping_answer(const struct message *ping, unsigned int number, const char *path)
{
	struct message pong;
	struct rte_mp_msg msg;

	if (!ipc.is_primary && ping->destination != number)
		return;
	stats_count(ping->source, TRANSPORT_MP, COUNT_RECEIVED, 1);
	/* The ping's, and as many of the pong. */
	stats_count(ping->source, TRANSPORT_MP, COUNT_BYTES, 2 * (int64_t)ping->length);
	message_answer(&pong, MESSAGE_PONG, number, ping, ping->text, ping->length);
	sender_wrap_message(&pong, &msg);
	if (ipc.is_primary)
		rte_mp_reply(&msg, path);
	else if (!path_try_send(&msg))
		ipc_send(&pong, NULL, NULL, NULL);
}

void
ping_take_pong(const struct message *pong, uint64_t stamp)
{
	uint32_t sequence = pong->sequence;

	if (pong->destination != 0 || sequence == 0 ||
		!__atomic_compare_exchange_n(&ipc.pong_sequence, &sequence, 0, false,
			__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return;
	__atomic_store_n(&ipc.pong_stamp, stamp, __ATOMIC_RELEASE);
	sem_post(&ipc.pong);
}

int
ipc_round_trip(unsigned int source, unsigned int destination, uint32_t sequence,
	size_t length, uint32_t timeout_ms, uint64_t *ticks)
{
	const struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};
	struct rte_mp_reply reply = { 0 };
	struct message ping;
	struct rte_mp_msg msg;
	uint64_t before;
	int ret;

	message_build(&ping, MESSAGE_PING, source, destination, sequence, NULL, 0);
	memset(ping.text, 'a', length);
	ping.length = length;
	sender_wrap_message(&ping, &msg);
	rte_errno = 0;
	if (!ipc.is_primary) {
		before = rte_rdtsc();
		ret = path_request(&msg, &reply, &timeout) == 0
			? 0
			: -(rte_errno != 0 ? rte_errno : EIO);
		*ticks = rte_rdtsc() - before;
		if (ret == 0 && reply.nb_received != 1)
			ret = -ETIMEDOUT;
		free(reply.msgs);
		return ret;
	}
	while (sem_trywait(&ipc.pong) == 0)
		; /* the pong of an earlier ping came after its timeout */
	__atomic_store_n(&ipc.pong_sequence, sequence, __ATOMIC_RELEASE);
	before = rte_rdtsc();
	/* A failure is ignored: it may concern another secondary. */
	rte_mp_sendmsg(&msg);
	/* Until ping_take_pong() has taken the pong. */
	ret = deadline_wait(&ipc.pong, timeout_ms);
	*ticks = __atomic_load_n(&ipc.pong_stamp, __ATOMIC_ACQUIRE) - before;
	return ret;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The rte_mp handlers, with EAL's calls replaced by stand-ins of the linker's choice: ours come first. */

#include <string.h>
#include <unistd.h>

#include <rte_eal.h>

#include "exchange.h"
#include "ipc.h"
#include "loop.h"
#include "stats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static rte_mp_t handlers[3];
static unsigned int n_handlers;

int
rte_mp_action_register(const char *name, rte_mp_t action)
{
	(void)name;
	if (n_handlers < 3)
		handlers[n_handlers++] = action;
	return 0;
}

int
rte_mp_reply(struct rte_mp_msg *msg, const char *peer)
{
	(void)peer;
	return msg->len_param >= 0 && msg->len_param <= RTE_MP_MAX_PARAM_LEN ? 0 : -1;
}

int
rte_mp_sendmsg(struct rte_mp_msg *msg)
{
	return msg->len_param >= 0 && msg->len_param <= RTE_MP_MAX_PARAM_LEN ? 0 : -1;
}

static void
on_attach(const struct ipc_attach *attach)
{
	close(attach->event_fd);
	close(attach->pid_fd);
}

static void
on_message(const struct message *message, uint64_t stamp, pid_t pid, bool answered)
{
	(void)stamp;
	(void)pid;
	(void)answered;
	if (message_check(message) != 0)
		__builtin_trap();
}

static void
on_received(const struct ipc_received *received)
{
	if (received->length < 0 || received->length > IPC_PAYLOAD_MAX)
		__builtin_trap();
}

static bool
never(void *ctx)
{
	(void)ctx;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ipc_callbacks callbacks = { on_attach, on_message, on_received };
	static bool ready;
	struct rte_mp_msg msg = { 0 };
	int i;

	if (!ready) {
		loop_init();
		stats_init();
		ipc_register(&callbacks);
		ipc_accept_attaches();
		ipc_set_number(3);
		ready = true;
	}
	if (size < 2)
		return 0;
	/* EAL has checked the two numbers (read_msg), and nothing else. */
	msg.num_fds = data[1] % 9;
	for (i = 0; i < msg.num_fds; i++)
		msg.fds[i] = dup(2);
	msg.len_param = size - 2 > RTE_MP_MAX_PARAM_LEN ? RTE_MP_MAX_PARAM_LEN : size - 2;
	memcpy(msg.param, data + 2, msg.len_param);
	strcpy(msg.name, "mpsh");
	handlers[data[0] % 3](&msg, data[0] & 4 ? "/run/dpdk/x/mp_socket" :
						  "/run/dpdk/x/mp_socket_4242_abc");
	loop_until(never, NULL, 0);
	return 0;
}

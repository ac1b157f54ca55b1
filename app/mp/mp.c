/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The start and the end of the rte_mp transport. */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>

#include "base/loop.h"
#include "host/sockets.h"
#include "mp/attach.h"
#include "mp/broadcast.h"
#include "mp/callbacks.h"
#include "mp/listen.h"
#include "mp/mp.h"
#include "mp/sender.h"
#include "mp/state.h"

/* How long EAL's rte_mp socket waits for a process that does not read. */
#define SEND_TIMEOUT_US 100000

/* How long ipc_stop() goes on sending, and ipc_end_thread() waits. */
#define LAST_SENDS_MS 200
#define THREAD_END_MS 500

struct ipc_state ipc = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

int
ipc_register(const struct ipc_callbacks *callbacks)
{
	sem_init(&ipc.pong, 0, 0);
	sem_init(&ipc.queued, 0, 0);
	STAILQ_INIT(&ipc.queue);
	LIST_INIT(&ipc.pending);
	ipc.callbacks = *callbacks;
	if (rte_mp_action_register(ACTION_ATTACH, attach_on_request) < 0 ||
		rte_mp_action_register(ACTION_MESSAGE, broadcast_on_message) < 0 ||
		rte_mp_action_register(IPC_USER_ACTION, listen_on_action) < 0)
		return -rte_errno;
	return 0;
}

/*
 * Set a send timeout on EAL's rte_mp socket, which otherwise blocks for ever on a
 * process that does not read (app/README.md, fact 2).
 */
static int
limit_sends(void)
{
	const struct timeval limit = { .tv_usec = SEND_TIMEOUT_US };

	if (ipc.socket < 0)
		return -ENOENT;
	fcntl(ipc.socket, F_SETFD, FD_CLOEXEC);
	return setsockopt(ipc.socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0
		? 0
		: -errno;
}

bool
ipc_thread_lives(void)
{
	char path[64];

	/* EAL cannot name its thread where /proc is another PID namespace's. */
	if (ipc.thread <= 0)
		return true;
	snprintf(path, sizeof(path), "/proc/self/task/%d", ipc.thread);
	return access(path, F_OK) == 0;
}

bool
ipc_sends_are_limited(void)
{
	return ipc.sends_are_limited;
}

int
ipc_start(bool is_primary, pid_t primary_pid, const char *runtime_dir)
{
	int ret;

	ipc.is_primary = is_primary;
	ipc.primary_pid = primary_pid;
	snprintf(ipc.runtime_dir, sizeof(ipc.runtime_dir), "%s", runtime_dir);
	ipc.thread = host_find_mp_thread(getpid());
	ipc.socket = host_own_socket(ipc.runtime_dir, ipc.own_name);
	ipc.sends_are_limited = limit_sends() == 0;
	ret = pthread_create(&ipc.sender, NULL, sender_main, NULL);
	ipc.sender_runs = ret == 0;
	return -ret;
}

void
ipc_stop(void)
{
	ipc.last_send = loop_now() + LAST_SENDS_MS * UINT64_C(1000000);
	__atomic_store_n(&ipc.stopping, 1, __ATOMIC_RELEASE);
	if (!ipc.sender_runs)
		return;
	sem_post(&ipc.queued);
	pthread_join(ipc.sender, NULL);
	ipc.sender_runs = false;
}

bool
ipc_end_thread(void)
{
	unsigned int ms;

	/* recvmsg() then returns 0, which ends the thread (mp_handle, eal_common_proc.c).
	 */
	if (ipc.socket >= 0)
		shutdown(ipc.socket, SHUT_RDWR);
	for (ms = 0; ms < THREAD_END_MS && ipc_thread_lives(); ms++)
		usleep(1000);
	return !ipc_thread_lives();
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What the handlers in EAL's rte_mp thread have in common: received descriptors, and
 * handing messages over to the main thread.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>

#include "base/loop.h"
#include "mp/callbacks.h"
#include "mp/handler.h"
#include "mp/state.h"

void
handler_close_fds(const int fds[], int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

int
handler_count_fds(const struct rte_mp_msg *msg)
{
	return RTE_MAX(0, RTE_MIN(msg->num_fds, IPC_RECEIVED_FDS_MAX));
}

int
handler_describe_fds(const struct rte_mp_msg *msg, char names[][64])
{
	int i, n = handler_count_fds(msg);

	for (i = 0; i < n; i++) {
		char link[64];
		ssize_t len;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", msg->fds[i]);
		len = readlink(link, names[i], 63);
		names[i][len < 0 ? 0 : len] = '\0';
	}
	handler_close_fds(msg->fds, n);
	return n;
}

bool
handler_post(void (*fn)(void *arg), void *arg)
{
	if (__atomic_fetch_add(&ipc.posts, 1, __ATOMIC_RELAXED) < POSTS_MAX &&
		loop_post(fn, arg) == 0)
		return true;
	__atomic_fetch_sub(&ipc.posts, 1, __ATOMIC_RELAXED);
	free(arg);
	return false;
}

void
handler_post_taken(void)
{
	__atomic_fetch_sub(&ipc.posts, 1, __ATOMIC_RELAXED);
}

bool
handler_is_stopping(void)
{
	return __atomic_load_n(&ipc.stopping, __ATOMIC_ACQUIRE) != 0;
}

void
ipc_set_number(unsigned int number)
{
	__atomic_store_n(&ipc.number, number, __ATOMIC_RELEASE);
}

void
ipc_accept_attaches(void)
{
	__atomic_store_n(&ipc.accepting, 1, __ATOMIC_RELEASE);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the files of mp/ share, and nobody else includes. */

#ifndef MPSH_MP_STATE_H
#define MPSH_MP_STATE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include <rte_eal.h>

#include "message/answer.h"
#include "mp/callbacks.h"

#define LISTENERS_MAX 32

/* Work of the sender thread. */
struct sending {
	STAILQ_ENTRY(sending) next;
	struct rte_mp_msg msg;
	char path[IPC_PATH_SIZE]; /* of whom to reply to, "" to send to all */
	uint64_t *stamp;
	void (*done)(void *ctx, int result);
	void *ctx;
	int result;
};

struct listener {
	char action[IPC_ACTION_SIZE]; /* "" when free */
	struct answer answer;
};

/* One a process: rte_mp's handlers get no pointer of ours. */
struct ipc_state {
	struct ipc_callbacks callbacks;
	bool is_primary;
	pid_t primary_pid;
	char runtime_dir[256];
	pid_t thread; /* EAL's rte_mp thread */
	bool sends_are_limited;
	uint32_t accepting; /* atomic: attaches are answered */
	uint32_t number;    /* atomic: of this secondary, 0 while it has none */
	uint32_t stopping;  /* atomic */
	uint32_t posts;     /* atomic: handed over, not taken yet */

	pthread_mutex_t lock; /* of the queue and the listeners */
	sem_t queued;         /* as often as there is one to send, and to stop */
	STAILQ_HEAD(, sending) queue;
	bool sender_runs;
	pthread_t sender;
	struct listener listeners[LISTENERS_MAX];

	sem_t pong;             /* posted for the pong waited for */
	uint32_t pong_sequence; /* atomic: of it, 0 none */
	uint64_t pong_stamp;    /* atomic: TSC when it came */

	LIST_HEAD(, pending) pending; /* main thread's */
};

extern struct ipc_state ipc;

struct pending {
	LIST_ENTRY(pending) next;
	char action[IPC_ACTION_SIZE];
};

#endif

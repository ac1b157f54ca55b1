/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the files of mp/ share; no other folder includes this file. */

#ifndef MPSH_MP_STATE_H
#define MPSH_MP_STATE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include <rte_eal.h>

#include "host/sockets.h"
#include "message/answer.h"
#include "mp/callbacks.h"

#define LISTENERS_MAX 32

/* Work of the sender thread. */
struct sending {
	STAILQ_ENTRY(sending) next;
	struct rte_mp_msg msg;
	char path[IPC_PATH_SIZE]; /* socket to reply to, "" for rte_mp_sendmsg() */
	uint64_t *stamp;          /* NULL, or where the TSC goes just before the send */
	void (*done)(void *ctx, int result);
	void *ctx;
	int result;
};

struct listener {
	char action[IPC_ACTION_SIZE]; /* "" when the entry is free */
	struct answer answer;
	char *command; /* on the heap: of ANSWER_EXEC, else NULL; main thread */
};

/* A global, because rte_mp gives its handlers no pointer of the application's. */
struct ipc_state {
	struct ipc_callbacks callbacks;
	bool is_primary;
	pid_t primary_pid;
	char runtime_dir[256];
	pid_t thread;                         /* EAL's rte_mp thread */
	int socket;                           /* and its socket, -1 if it was not found */
	char own_name[HOST_SOCKET_NAME_SIZE]; /* the socket's, "" if it was not found */
	bool sends_are_limited;
	uint32_t accepting; /* atomic: the primary takes attach requests */
	uint32_t number;    /* atomic: this secondary's, 0 without a place */
	uint32_t stopping;  /* atomic */
	uint64_t last_send; /* when stopping: loop_now() after which nothing is sent */
	uint32_t posts;     /* atomic: of handler_post(), not taken yet */

	pthread_mutex_t lock; /* protects queue and listeners */
	sem_t queued;         /* posted once for each entry of queue, and by ipc_stop() */
	STAILQ_HEAD(, sending) queue;
	unsigned int n_queued;
	bool sender_runs;
	pthread_t sender;
	struct listener listeners[LISTENERS_MAX];

	sem_t pong;             /* posted when the awaited pong has come */
	uint32_t pong_sequence; /* atomic: of the awaited pong, 0 if none is awaited */
	uint64_t pong_stamp;    /* atomic: TSC when the pong came */

	LIST_HEAD(, pending) pending; /* only the main thread uses the list */
};

extern struct ipc_state ipc;

/* The action of a request that has not ended. */
struct pending {
	LIST_ENTRY(pending) next;
	char action[IPC_ACTION_SIZE];
};

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Attaching: a secondary asks, the primary answers, two descriptors are exchanged.
 */

#ifndef MPSH_MP_ATTACH_H
#define MPSH_MP_ATTACH_H

#include <stdint.h>
#include <sys/types.h>

#include <event2/event.h>

#include <rte_eal.h>

#include "mp/callbacks.h"

#define ACTION_ATTACH "mpsh_attach"

/* An attach, asked for by a secondary. What it wrote was checked for form only. */
struct ipc_attach {
	char name[32];            /* NUL-terminated, "" for none */
	pid_t pid;                /* as the pidfd says */
	int event_fd;             /* its doorbell; the receiver's to close */
	int pid_fd;               /* the receiver's to close */
	char path[IPC_PATH_SIZE]; /* of its socket, for ipc_attach_reply() */
};

enum attach_status {
	ATTACH_OK,
	ATTACH_NOT_READY,
	ATTACH_NAME_IN_USE,
	ATTACH_FULL,
	ATTACH_BAD, /* name or descriptors are not what they must be */
	ATTACH_OTHER_VERSION,
};

/* The answer to it. */
struct ipc_attached {
	enum attach_status status;
	uint32_t version;    /* of the primary */
	unsigned int number; /* given to the secondary */
	unsigned int max_peers;
	pid_t pid;    /* of the primary, as its pidfd says */
	int event_fd; /* the receiver's to close, as the next */
	int pid_fd;
};

/*
 * Ask the primary for a place; blocks up to timeout_ms. Returns 0 with *attached filled
 * (whatever its status), -ETIMEDOUT, or another negative errno. Before the prompt, main
 * thread.
 */
int ipc_attach_request(const char *name, int event_fd, uint32_t timeout_ms,
	struct ipc_attached *attached);

/* Answer one; the descriptors stay the caller's. Main thread. */
int ipc_attach_reply(const char *path, const struct ipc_attached *attached);

/* The handler of ACTION_ATTACH, in EAL's rte_mp thread. */
int attach_on_request(const struct rte_mp_msg *msg, const void *peer);

#endif

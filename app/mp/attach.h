/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Attaching: a secondary asks the primary for a place over rte_mp, and the primary
 * answers. Each side gives the other its doorbell's eventfd and its pidfd.
 */

#ifndef MPSH_MP_ATTACH_H
#define MPSH_MP_ATTACH_H

#include <stdint.h>
#include <sys/types.h>

#include <event2/event.h>

#include <rte_eal.h>

#include "message/message.h"
#include "mp/callbacks.h"

#define ACTION_ATTACH "mpsh_attach"

/* The param of the rte_mp messages called ACTION_ATTACH: the request, and the reply,
 * whose status is an enum attach_status.
 */
struct attach_request_param {
	struct message_preamble preamble;
	char name[32];
};

struct attach_reply_param {
	struct message_preamble preamble;
	uint32_t status;
	uint32_t number;
	uint32_t generation;
	uint32_t max_peers;
};

/* A secondary's request to attach. Only the form of its fields has been checked. */
struct ipc_attach {
	char name[32];            /* NUL-terminated, "" for none */
	pid_t pid;                /* read from pid_fd; HOST_PID_UNSEEN */
	int event_fd;             /* the secondary's doorbell; the receiver closes it */
	int pid_fd;               /* the receiver closes it */
	char path[IPC_PATH_SIZE]; /* the secondary's socket, for ipc_attach_reply() */
};

enum attach_status {
	ATTACH_OK,
	ATTACH_NOT_READY,
	ATTACH_NAME_IN_USE,
	ATTACH_FULL,
	ATTACH_BAD, /* the name, the descriptors or the place's rings are unusable */
	ATTACH_OTHER_VERSION,
};

/* The primary's answer to a struct ipc_attach. */
struct ipc_attached {
	enum attach_status status;
	uint32_t version;    /* of the primary */
	unsigned int number; /* given to the secondary */
	uint32_t generation; /* how often this number was given away, with this time */
	unsigned int max_peers;
	pid_t pid;    /* of the primary, read from pid_fd; HOST_PID_UNSEEN */
	int event_fd; /* the primary's doorbell; the receiver closes it */
	int pid_fd;   /* the receiver closes it */
};

/*
 * Ask the primary for a place; blocks up to timeout_ms. event_fd stays the caller's.
 * Returns 0 when the primary answered, with the answer in *attached (the descriptors
 * only if its status is ATTACH_OK), -ETIMEDOUT, or another negative errno. Main thread,
 * before the prompt.
 */
int ipc_attach_request(const char *name, int event_fd, uint32_t timeout_ms,
	struct ipc_attached *attached);

/*
 * Answer the request of the secondary whose socket is path. The descriptors in
 * *attached stay the caller's. Returns 0 or -EIO. Main thread.
 */
int ipc_attach_reply(const char *path, const struct ipc_attached *attached);

/* The handler of ACTION_ATTACH, in EAL's rte_mp thread. */
int attach_on_request(const struct rte_mp_msg *msg, const void *peer);

#endif

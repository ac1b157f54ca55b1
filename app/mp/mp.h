/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The rte_mp road: actions and their handlers, messages to all, requests and their
 * replies, the sockets of the prefix. Handlers run on EAL's rte_mp thread: they answer,
 * hand a copy to the main thread and return; whatever may block (a peer that does not
 * read) runs in a thread of this module.
 */

#ifndef MPSH_MP_MP_H
#define MPSH_MP_MP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <rte_eal.h>

#include "message/answer.h"
#include "message/message.h"

#define IPC_PAYLOAD_MAX RTE_MP_MAX_PARAM_LEN
#define IPC_FDS_MAX 8 /* that we pass: what every DPDK release takes */
#define IPC_RECEIVED_FDS_MAX                                                             \
	RTE_MP_MAX_FD_NUM /* that may come: 8, from DPDK 23.11 on 253 */
#define IPC_ACTION_SIZE RTE_MP_MAX_NAME_LEN

/* The action that every console listens to. */
#define IPC_USER_ACTION "mpsh"

/* An attach, asked for by a secondary. What it wrote was checked for form only. */
struct ipc_attach {
	char name[32];  /* NUL-terminated, "" for none */
	pid_t pid;      /* as the pidfd says */
	int event_fd;   /* its doorbell; the receiver's to close */
	int pid_fd;     /* the receiver's to close */
	char path[108]; /* of its socket, for ipc_attach_reply() */
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

/* A message, request or notification that came to an action of users. */
struct ipc_received {
	char action[IPC_ACTION_SIZE];
	char path[108]; /* of the sender's socket */
	pid_t pid;      /* of the sender, 0 is the primary's socket */
	int length;
	int n_fds;
	bool answered;
	bool delayed; /* the main thread is to answer with ipc_reply_later() */
	uint32_t delay_ms;
	int answer_length;
	uint8_t answer[IPC_PAYLOAD_MAX];
	uint8_t payload[IPC_PAYLOAD_MAX];
	char fds[IPC_RECEIVED_FDS_MAX]
		[64]; /* what each descriptor was; they are closed */
};

/*
 * What the main thread does with what comes; each called from the loop. stamp is the TSC
 * when it came, pid the sender's (0: the primary), answered: the handler has replied
 * already.
 */
struct ipc_callbacks {
	void (*attach)(
		const struct ipc_attach *attach); /* descriptors are the callee's */
	void (*message)(
		const struct message *message, uint64_t stamp, pid_t pid, bool answered);
	void (*received)(const struct ipc_received *received);
};

/*
 * Register the actions of every console; before rte_eal_init(), so that no request meets
 * a process that does not know them. Until ipc_start() the answer is "not ready". Returns
 * 0 or -errno.
 */
int ipc_register(const struct ipc_callbacks *callbacks);

/*
 * After rte_eal_init(): give EAL's socket a send timeout of 100 ms, find its thread,
 * start the sender. runtime_dir is copied. Returns 0 or -errno. Main thread.
 */
int ipc_start(bool is_primary, pid_t primary_pid, const char *runtime_dir);

/* The number of this secondary: from now on broadcasts are answered. Main thread. */
void ipc_set_number(unsigned int number);

/* The primary, once its hub is ready: attaches are answered. Main thread. */
void ipc_accept_attaches(void);

/* Handlers do nothing from now on; the sender ends. Main thread. */
void ipc_stop(void);

/*
 * Ask the primary for a place; blocks up to timeout_ms. Returns 0 with *attached filled
 * (whatever its status), -ETIMEDOUT, or another negative errno. Before the prompt, main
 * thread.
 */
int ipc_attach_request(const char *name, int event_fd, uint32_t timeout_ms,
	struct ipc_attached *attached);

/* Answer one; the descriptors stay the caller's. Main thread. */
int ipc_attach_reply(const char *path, const struct ipc_attached *attached);

/*
 * Put a message on the rte_mp road, to all that are on it (from a secondary: to the
 * primary). Done by the sender thread, in order; *stamp gets the TSC just before, before
 * anyone can answer; done(ctx, result) is called from the loop. Returns 0 or -errno (done
 * is not called).
 */
int ipc_send(const struct message *message, uint64_t *stamp,
	void (*done)(void *ctx, int result), void *ctx);

/*
 * One round trip of a MESSAGE_PING over rte_mp, to the primary or from it to a secondary:
 * a secondary's is an rte_mp_request_sync(), the primary's two rte_mp_sendmsg(), since
 * rte_mp cannot ask one process alone. length bytes of text (up to
 * MESSAGE_BROADCAST_MAX). Blocks up to timeout_ms; one at a time, from a thread of its
 * own, not the main thread. Returns 0 with the TSC ticks from before it was sent to when
 * the reply was taken; -ETIMEDOUT or another negative errno.
 */
int ipc_round_trip(unsigned int source, unsigned int destination, uint32_t sequence,
	size_t length, uint32_t timeout_ms, uint64_t *ticks);

/* Answer a request later: payload to the process behind path, for action. Main thread. */
int ipc_reply_later(
	const char *path, const char *action, const uint8_t *payload, int length);

/* One reply to a request. */
struct ipc_reply {
	int length;
	int n_fds;
	uint8_t payload[IPC_PAYLOAD_MAX];
	char fds[IPC_RECEIVED_FDS_MAX][64];
};

struct ipc_request {
	char action[IPC_ACTION_SIZE];
	int length;
	uint8_t payload[IPC_PAYLOAD_MAX];
	int n_fds;
	int fds[IPC_FDS_MAX]; /* closed when the request ends */
	uint32_t timeout_ms;
	void (*done)(struct ipc_request *request); /* from the loop; frees the request */
	void *ctx;

	/* The outcome. */
	int result; /* 0, or -errno with the reason in error */
	int n_sent, n_received;
	uint64_t ticks;            /* from before to after rte_mp_request_sync(), TSC */
	struct ipc_reply *replies; /* n_received of them */
	char error[256];
};

/*
 * rte_mp_request_sync() in a thread of its own. Returns 0, then done will be called;
 * -EEXIST while one to this action is still pending; or another negative errno. Main
 * thread.
 */
int ipc_request_start(struct ipc_request *request);
void ipc_request_free(struct ipc_request *request);

/* Is one to this action pending? Main thread. */
bool ipc_request_is_pending(const char *action);

/* rte_mp_sendmsg() of a user's action; descriptors are closed. done as in ipc_send(). */
int ipc_notify(const char *action, const uint8_t *payload, int length, const int fds[],
	int n_fds, void (*done)(void *ctx, int result), void *ctx);

/*
 * Listen to an action, answering so. Returns 0, -EEXIST when someone in this process
 * listens to it already, -ENOSPC, -EINVAL, -E2BIG. Main thread.
 */
int ipc_listen(const char *action, const struct answer *answer);
/* Returns 0 or -ENOENT. */
int ipc_unlisten(const char *action);
/* The i-th listener; false when there is none. */
bool ipc_listener(unsigned int i, char action[IPC_ACTION_SIZE], struct answer *answer);

/* A process with an rte_mp socket on the prefix. */
struct ipc_socket {
	pid_t pid; /* of a secondary: from the name; of the primary: its lock */
	bool is_primary;
	char path[108];
	char comm[16];
	char state; /* of /proc/PID/stat, 0 when the process is gone */
	bool stale; /* nobody reads it */
	bool full;  /* it takes no more */
};

/*
 * The i-th other process's socket, in the directory's order, which is the one that
 * rte_mp_request_sync() asks in; false when there is none. Looking never sends. Any
 * thread.
 */
bool ipc_socket(unsigned int i, struct ipc_socket *socket);

/*
 * Is there a socket of a process that is_known() does not know? One look through the
 * directory, none at the sockets. Any thread.
 */
bool ipc_has_stranger(bool (*is_known)(pid_t pid));

/* Does EAL's rte_mp thread still run? Any thread. */
bool ipc_thread_lives(void);

/* "pid 4242 (testpmd, stopped)" into buf; returns buf. Any thread. */
char *ipc_describe_process(pid_t pid, char *buf, size_t size);

#endif

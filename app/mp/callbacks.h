/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the rte_mp transport hands up, and the limits of what it carries. */

#ifndef MPSH_MP_CALLBACKS_H
#define MPSH_MP_CALLBACKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <rte_eal.h>

struct ipc_attach;
struct ipc_received;
struct message;

/* Bytes of a socket's path with its NUL: the size of sun_path in struct sockaddr_un. */
#define IPC_PATH_SIZE 108

#define IPC_PAYLOAD_MAX RTE_MP_MAX_PARAM_LEN

/*
 * mpsh sends at most 8 descriptors in a message: every release of DPDK takes so many.
 */
#define IPC_FDS_MAX 8

/* A received message has at most 8 descriptors, from DPDK 24.11 on 253. */
#define IPC_RECEIVED_FDS_MAX RTE_MP_MAX_FD_NUM

#define IPC_ACTION_SIZE RTE_MP_MAX_NAME_LEN

/*
 * The action under which every mpsh process takes requests and notifications of users.
 */
#define IPC_USER_ACTION "mpsh"

/*
 * What the main thread does with a received message. All three are called in the main
 * thread, from the loop, and their argument is freed when they return.
 */
struct ipc_callbacks {
	/* The callee takes over the two descriptors in *attach. */
	void (*attach)(const struct ipc_attach *attach);

	/*
	 * stamp: TSC when the handler got the message. socket: the name of the sender's.
	 * answered: the handler has sent a reply already.
	 */
	void (*message)(const struct message *message, uint64_t stamp, const char *socket,
		bool answered);
	void (*received)(const struct ipc_received *received);
};

#endif

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

/* The path of a socket, with its NUL (sun_path of struct sockaddr_un). */
#define IPC_PATH_SIZE 108

#define IPC_PAYLOAD_MAX RTE_MP_MAX_PARAM_LEN
#define IPC_FDS_MAX 8 /* that we pass: what every DPDK release takes */
#define IPC_RECEIVED_FDS_MAX                                                             \
	RTE_MP_MAX_FD_NUM /* that may come: 8, from DPDK 24.11 on 253 */
#define IPC_ACTION_SIZE RTE_MP_MAX_NAME_LEN

/* The action that every console listens to. */
#define IPC_USER_ACTION "mpsh"

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

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Attaching: the secondary's request, and the primary's handler and reply. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "base/memory.h"
#include "host/process.h"
#include "host/sockets.h"
#include "message/message.h"
#include "message/name.h"
#include "message/stats.h"
#include "mp/attach.h"
#include "mp/handler.h"
#include "mp/path.h"
#include "mp/state.h"

/*
 * The number behind key in /proc/self/fdinfo/<fd>, -1 if no line begins with key. The
 * kernel writes the number behind "Pid:" in decimal, that of an eventfd in hex.
 */
static long
read_fdinfo(int fd, const char *key)
{
	char path[64], line[128];
	long value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (file == NULL)
		return -1;
	while (value < 0 && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			value = strtol(line + strlen(key), NULL, 16);
	if (value >= 0 && strcmp(key, "Pid:") == 0)
		value = strtol(line + strlen(key), NULL, 10);
	fclose(file);
	return value;
}

/*
 * Check that the received descriptors are an eventfd and the pidfd of a live process,
 * and set their flags: close-on-exec for both, and the eventfd must not block. *pid
 * gets the process behind pid_fd, for which the kernel says 0 in another PID namespace
 * and -1 when it has ended (pidfd_show_fdinfo).
 */
static bool
adopt_pair(int event_fd, int pid_fd, pid_t *pid)
{
	*pid = read_fdinfo(pid_fd, "Pid:");
	if (*pid < 0 || read_fdinfo(event_fd, "eventfd-count:") < 0)
		return false;
	if (*pid == 0)
		*pid = HOST_PID_UNSEEN;
	fcntl(event_fd, F_SETFD, FD_CLOEXEC);
	fcntl(pid_fd, F_SETFD, FD_CLOEXEC);
	return fcntl(event_fd, F_SETFL, O_NONBLOCK) == 0;
}

static void
take_attach(void *arg)
{
	handler_post_taken();
	if (handler_is_stopping()) {
		struct ipc_attach *attach = arg;

		close(attach->event_fd);
		close(attach->pid_fd);
	} else {
		ipc.callbacks.attach(arg);
	}
	free(arg);
}

static int
send_attach_reply(const char *path, const struct ipc_attached *attached)
{
	struct attach_reply_param param = {
		.status = attached->status,
		.number = attached->number,
		.generation = attached->generation,
		.max_peers = attached->max_peers,
	};
	struct rte_mp_msg msg = { 0 };

	message_preamble(&param.preamble);
	snprintf(msg.name, sizeof(msg.name), ACTION_ATTACH);
	memcpy(msg.param, &param, sizeof(param));
	msg.len_param = sizeof(param);
	if (attached->status == ATTACH_OK) {
		msg.fds[0] = attached->event_fd;
		msg.fds[1] = attached->pid_fd;
		msg.num_fds = 2;
	}
	return rte_mp_reply(&msg, path) == 0 ? 0 : -EIO;
}

int
ipc_attach_reply(const char *path, const struct ipc_attached *attached)
{
	return send_attach_reply(path, attached);
}

static int
refuse_attach(const struct rte_mp_msg *msg, const char *path, enum attach_status status)
{
	struct ipc_attached attached = { .status = status };

	handler_close_fds(msg->fds, handler_count_fds(msg));
	send_attach_reply(path, &attached);
	return 0;
}

int
attach_on_request(const struct rte_mp_msg *msg, const void *peer)
{
	struct attach_request_param param;
	struct ipc_attach *attach;
	int ret;

	if (handler_is_stopping() || msg->len_param < (int)sizeof(param.preamble)) {
		stats_count(STATS_OTHERS, TRANSPORT_MP, COUNT_INVALID,
			!handler_is_stopping());
		handler_close_fds(msg->fds, handler_count_fds(msg));
		return 0;
	}
	memset(&param, 0, sizeof(param));
	memcpy(&param, msg->param, RTE_MIN((size_t)msg->len_param, sizeof(param)));
	ret = message_preamble_check(&param.preamble);
	if (ret == -EPROTO) {
		stats_count(STATS_OTHERS, TRANSPORT_MP, COUNT_INVALID, 1);
		return refuse_attach(msg, peer, ATTACH_OTHER_VERSION);
	}
	if (ret < 0 || msg->len_param != sizeof(param)) {
		stats_count(STATS_OTHERS, TRANSPORT_MP, COUNT_INVALID, 1);
		handler_close_fds(msg->fds, handler_count_fds(msg));
		return 0;
	}
	if (__atomic_load_n(&ipc.accepting, __ATOMIC_ACQUIRE) == 0)
		return refuse_attach(msg, peer, ATTACH_NOT_READY);
	attach = memory_zeroed(sizeof(*attach));
	if (attach == NULL)
		return refuse_attach(msg, peer, ATTACH_NOT_READY);
	memcpy(attach->name, param.name, sizeof(attach->name));
	if (msg->num_fds != 2 || !adopt_pair(msg->fds[0], msg->fds[1], &attach->pid) ||
		strlen(host_socket_name(peer)) >= HOST_SOCKET_NAME_SIZE ||
		memchr(attach->name, '\0', sizeof(attach->name)) == NULL ||
		(attach->name[0] != '\0' && name_check(attach->name) < 0)) {
		stats_count(STATS_OTHERS, TRANSPORT_MP, COUNT_INVALID, 1);
		free(attach);
		return refuse_attach(msg, peer, ATTACH_BAD);
	}
	snprintf(attach->path, sizeof(attach->path), "%s", (const char *)peer);
	attach->event_fd = msg->fds[0];
	attach->pid_fd = msg->fds[1];
	if (!handler_post(take_attach, attach))
		return refuse_attach(msg, peer, ATTACH_NOT_READY);
	return 0;
}

int
ipc_attach_request(const char *name, int event_fd, uint32_t timeout_ms,
	struct ipc_attached *attached)
{
	struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};
	struct attach_request_param param = { 0 };
	struct attach_reply_param answer;
	struct rte_mp_msg msg = { 0 };
	struct rte_mp_reply reply = { 0 };
	int ret, pid_fd = syscall(SYS_pidfd_open, getpid(), 0);

	if (pid_fd < 0)
		return -errno;
	message_preamble(&param.preamble);
	if (name != NULL)
		snprintf(param.name, sizeof(param.name), "%s", name);
	snprintf(msg.name, sizeof(msg.name), ACTION_ATTACH);
	memcpy(msg.param, &param, sizeof(param));
	msg.len_param = sizeof(param);
	msg.fds[0] = event_fd;
	msg.fds[1] = pid_fd;
	msg.num_fds = 2;
	ret = path_request(&msg, &reply, &timeout) == 0 ? 0 : -rte_errno;
	close(pid_fd);
	if (ret == 0 && reply.nb_received != 1)
		ret = -ETIMEDOUT;
	if (ret < 0)
		goto out;
	if (reply.msgs[0].len_param != sizeof(answer)) {
		ret = -EBADMSG;
		goto close;
	}
	memcpy(&answer, reply.msgs[0].param, sizeof(answer));
	attached->version = answer.preamble.version;
	ret = message_preamble_check(&answer.preamble);
	if (ret == -EPROTO) {
		attached->status = ATTACH_OTHER_VERSION;
		ret = 0;
		goto close;
	}
	if (ret < 0)
		goto close;
	attached->status = answer.status;
	attached->number = answer.number;
	attached->generation = answer.generation;
	attached->max_peers = answer.max_peers;
	if (answer.status != ATTACH_OK)
		goto close;
	if (reply.msgs[0].num_fds != 2 || answer.number == 0 ||
		answer.number > PEERS_MAX ||
		!adopt_pair(reply.msgs[0].fds[0], reply.msgs[0].fds[1], &attached->pid)) {
		ret = -EBADMSG;
		goto close;
	}
	attached->event_fd = reply.msgs[0].fds[0];
	attached->pid_fd = reply.msgs[0].fds[1];
	goto out;
close:
	handler_close_fds(reply.msgs[0].fds, handler_count_fds(&reply.msgs[0]));
out:
	free(reply.msgs);
	return ret;
}

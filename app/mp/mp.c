/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "base/background.h"
#include "base/loop.h"
#include "host/process.h"
#include "host/sockets.h"
#include "message/name.h"
#include "message/stats.h"
#include "mp/mp.h"

#define ACTION_ATTACH "mpsh_attach"
#define ACTION_MESSAGE "mpsh_msg"

/* What a handler may have handed to the main thread at once; beyond it nobody answers. */
#define POSTS_MAX 4096

/* How long a send waits for a process that does not read. */
#define SEND_TIMEOUT_US 100000

#define LISTENERS_MAX 32

/* The params of mpsh_attach. */
struct attach_request_param {
	struct message_preamble preamble;
	char name[32];
};

struct attach_reply_param {
	struct message_preamble preamble;
	uint32_t status;
	uint32_t number;
	uint32_t max_peers;
};

/* Work of the sender thread. */
struct sending {
	STAILQ_ENTRY(sending) next;
	struct rte_mp_msg msg;
	char path[108]; /* of whom to reply to, "" to send to all */
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
static struct {
	struct ipc_callbacks callbacks;
	bool is_primary;
	pid_t primary_pid;
	char runtime_dir[256];
	pid_t thread;       /* EAL's rte_mp thread */
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
} ipc = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

struct pending {
	LIST_ENTRY(pending) next;
	char action[IPC_ACTION_SIZE];
};

static void
close_fds(const int fds[], int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* The descriptors of a message received, as many as there can be. */
static int
count_fds(const struct rte_mp_msg *msg)
{
	return RTE_MAX(0, RTE_MIN(msg->num_fds, IPC_RECEIVED_FDS_MAX));
}

/* "/dev/null", "anon_inode:[eventfd]", … for each, then close them. */
static int
describe_and_close_fds(const struct rte_mp_msg *msg, char names[][64])
{
	int i, n = count_fds(msg);

	for (i = 0; i < n; i++) {
		char link[64];
		ssize_t len;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", msg->fds[i]);
		len = readlink(link, names[i], 63);
		names[i][len < 0 ? 0 : len] = '\0';
	}
	close_fds(msg->fds, n);
	return n;
}

/* The pid in a secondary's socket name, 0 for the primary's (eal_common_proc.c,
 * open_socket_fd). */
static pid_t
path_to_pid(const char *path)
{
	const char *name = strrchr(path, '/');
	int pid = 0;

	name = name != NULL ? name + 1 : path;
	if (sscanf(name, "mp_socket_%d_", &pid) != 1)
		pid = 0;
	return pid;
}

/* A line of /proc/self/fdinfo that begins with key, its number; -1 if there is none. */
static long
fdinfo(int fd, const char *key)
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

/* Make a descriptor received ours: closed on exec, an eventfd never to block on. */
static bool
adopt_pair(int event_fd, int pid_fd, pid_t *pid)
{
	*pid = fdinfo(pid_fd, "Pid:");
	if (*pid <= 0 || fdinfo(event_fd, "eventfd-count:") < 0)
		return false;
	fcntl(event_fd, F_SETFD, FD_CLOEXEC);
	fcntl(pid_fd, F_SETFD, FD_CLOEXEC);
	return fcntl(event_fd, F_SETFL, O_NONBLOCK) == 0;
}

/* Hand a copy to the main thread, unless it has too much already. */
static bool
handler_post(void (*fn)(void *arg), void *arg)
{
	if (__atomic_fetch_add(&ipc.posts, 1, __ATOMIC_RELAXED) < POSTS_MAX &&
		loop_post(fn, arg) == 0)
		return true;
	__atomic_fetch_sub(&ipc.posts, 1, __ATOMIC_RELAXED);
	free(arg);
	return false;
}

static void
handler_taken(void)
{
	__atomic_fetch_sub(&ipc.posts, 1, __ATOMIC_RELAXED);
}

static bool
handler_is_stopping(void)
{
	return __atomic_load_n(&ipc.stopping, __ATOMIC_ACQUIRE) != 0;
}

/* mpsh_attach */

static void
take_attach(void *arg)
{
	handler_taken();
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

	close_fds(msg->fds, count_fds(msg));
	send_attach_reply(path, &attached);
	return 0;
}

static int
on_attach(const struct rte_mp_msg *msg, const void *peer)
{
	struct attach_request_param param;
	struct ipc_attach *attach;
	int ret;

	if (handler_is_stopping() || msg->len_param < (int)sizeof(param.preamble)) {
		stats_count(STATS_OTHERS, ROAD_MP, COUNT_INVALID, !handler_is_stopping());
		close_fds(msg->fds, count_fds(msg));
		return 0;
	}
	memset(&param, 0, sizeof(param));
	memcpy(&param, msg->param, RTE_MIN((size_t)msg->len_param, sizeof(param)));
	ret = message_preamble_check(&param.preamble);
	if (ret == -EPROTO) {
		stats_count(STATS_OTHERS, ROAD_MP, COUNT_INVALID, 1);
		return refuse_attach(msg, peer, ATTACH_OTHER_VERSION);
	}
	if (ret < 0 || msg->len_param != sizeof(param)) {
		stats_count(STATS_OTHERS, ROAD_MP, COUNT_INVALID, 1);
		close_fds(msg->fds, count_fds(msg));
		return 0;
	}
	if (__atomic_load_n(&ipc.accepting, __ATOMIC_ACQUIRE) == 0)
		return refuse_attach(msg, peer, ATTACH_NOT_READY);
	attach = calloc(1, sizeof(*attach));
	if (attach == NULL)
		return refuse_attach(msg, peer, ATTACH_NOT_READY);
	memcpy(attach->name, param.name, sizeof(attach->name));
	if (msg->num_fds != 2 || !adopt_pair(msg->fds[0], msg->fds[1], &attach->pid) ||
		memchr(attach->name, '\0', sizeof(attach->name)) == NULL ||
		(attach->name[0] != '\0' && name_check(attach->name) < 0)) {
		stats_count(STATS_OTHERS, ROAD_MP, COUNT_INVALID, 1);
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
	ret = rte_mp_request_sync(&msg, &reply, &timeout) == 0 ? 0 : -rte_errno;
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
	close_fds(reply.msgs[0].fds, count_fds(&reply.msgs[0]));
out:
	free(reply.msgs);
	return ret;
}

/* mpsh_msg */

struct taken_message {
	uint64_t stamp;
	pid_t pid;
	bool answered;
	struct message message;
};

static void
take_message(void *arg)
{
	struct taken_message *from = arg;

	handler_taken();
	if (!handler_is_stopping())
		ipc.callbacks.message(
			&from->message, from->stamp, from->pid, from->answered);
	free(from);
}

/* A message of ours as rte_mp carries it. */
static void
wrap_message(const struct message *message, struct rte_mp_msg *msg)
{
	memset(msg, 0, sizeof(*msg));
	snprintf(msg->name, sizeof(msg->name), ACTION_MESSAGE);
	msg->len_param = message_pack(message, msg->param);
}

/*
 * A secondary's reply to a broadcast, if it is to come at once; the primary answers over
 * the asker's ring.
 */
static bool
answer_broadcast(const struct message *message, unsigned int number)
{
	struct rte_mp_msg msg;
	struct message reply;
	uint32_t delay_ms;
	int length;

	length = answer_make(message->text, message->length, reply.text,
		MESSAGE_BROADCAST_MAX, &delay_ms);
	if (length < 0)
		return false;
	message_build(&reply, MESSAGE_BROADCAST_REPLY, number, message->source,
		message->sequence, NULL, 0);
	reply.length = length;
	wrap_message(&reply, &msg);
	rte_mp_sendmsg(&msg);
	return true;
}

/* The primary answers whoever asks; a secondary what is for it, and rte_mp cannot say to
 * whom. */
static void
answer_ping(const struct message *ping, unsigned int number, const char *path)
{
	struct message pong;
	struct rte_mp_msg msg;

	if (!ipc.is_primary && ping->destination != number)
		return;
	stats_count(ping->source, ROAD_MP, COUNT_RECEIVED, 1);
	message_build(&pong, MESSAGE_PONG, number, ping->source, ping->sequence,
		ping->text, ping->length);
	wrap_message(&pong, &msg);
	if (ipc.is_primary)
		rte_mp_reply(&msg, path);
	else
		rte_mp_sendmsg(&msg);
}

/* In the primary: the answer to its own ping. */
static void
take_pong(const struct message *pong, uint64_t stamp)
{
	uint32_t sequence = pong->sequence;

	if (pong->destination != 0 || sequence == 0 ||
		!__atomic_compare_exchange_n(&ipc.pong_sequence, &sequence, 0, false,
			__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return;
	__atomic_store_n(&ipc.pong_stamp, stamp, __ATOMIC_RELEASE);
	sem_post(&ipc.pong);
}

/* Wait for the pong of the ping just sent. */
static int
wait_pong(uint32_t timeout_ms)
{
	struct timespec deadline;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += timeout_ms / 1000;
	deadline.tv_nsec += timeout_ms % 1000 * 1000000L;
	if (deadline.tv_nsec >= 1000000000) {
		deadline.tv_sec++;
		deadline.tv_nsec -= 1000000000;
	}
	while (sem_clockwait(&ipc.pong, CLOCK_MONOTONIC, &deadline) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int
ipc_round_trip(unsigned int source, unsigned int destination, uint32_t sequence,
	size_t length, uint32_t timeout_ms, uint64_t *ticks)
{
	const struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};
	struct rte_mp_reply reply = { 0 };
	struct message ping;
	struct rte_mp_msg msg;
	uint64_t before;
	int ret;

	message_build(&ping, MESSAGE_PING, source, destination, sequence, NULL, 0);
	memset(ping.text, 'a', length);
	ping.length = length;
	wrap_message(&ping, &msg);
	rte_errno = 0;
	if (!ipc.is_primary) {
		before = rte_rdtsc();
		ret = rte_mp_request_sync(&msg, &reply, &timeout) == 0
			? 0
			: -(rte_errno != 0 ? rte_errno : EIO);
		*ticks = rte_rdtsc() - before;
		if (ret == 0 && reply.nb_received != 1)
			ret = -ETIMEDOUT;
		free(reply.msgs);
		return ret;
	}
	while (sem_trywait(&ipc.pong) == 0)
		; /* of one that was given up */
	__atomic_store_n(&ipc.pong_sequence, sequence, __ATOMIC_RELEASE);
	before = rte_rdtsc();
	/* Another process that does not read makes it fail, not this one's ping. */
	rte_mp_sendmsg(&msg);
	ret = wait_pong(timeout_ms);
	*ticks = __atomic_load_n(&ipc.pong_stamp, __ATOMIC_ACQUIRE) - before;
	return ret;
}

static int
on_message(const struct rte_mp_msg *msg, const void *peer)
{
	unsigned int number = __atomic_load_n(&ipc.number, __ATOMIC_ACQUIRE);
	uint64_t stamp = rte_rdtsc();
	struct taken_message *to;

	close_fds(msg->fds, count_fds(msg));
	if (handler_is_stopping())
		return 0;
	to = calloc(1, sizeof(*to));
	if (to == NULL)
		return 0;
	if (message_unpack(msg->param, msg->len_param, &to->message) < 0 ||
		msg->num_fds != 0) {
		stats_count(STATS_OTHERS, ROAD_MP, COUNT_INVALID, 1);
		free(to);
		return 0;
	}
	to->stamp = stamp;
	to->pid = path_to_pid(peer);
	if (to->message.kind == MESSAGE_PING || to->message.kind == MESSAGE_PONG) {
		if (to->message.kind == MESSAGE_PING)
			answer_ping(&to->message, number, peer);
		else if (ipc.is_primary)
			take_pong(&to->message, stamp);
		free(to);
		return 0;
	}
	if (number != 0 && to->pid == 0 && to->message.kind == MESSAGE_BROADCAST) {
		if (to->message.source == number) {
			free(to); /* our own, on its way to the others */
			return 0;
		}
		if (__atomic_load_n(&ipc.posts, __ATOMIC_RELAXED) < POSTS_MAX)
			to->answered = answer_broadcast(&to->message, number);
	}
	handler_post(take_message, to);
	return 0;
}

/* The actions of users. */

static void
take_received(void *arg)
{
	handler_taken();
	if (!handler_is_stopping())
		ipc.callbacks.received(arg);
	free(arg);
}

/* The answer to a payload: of the console for its own action, else of the listener. */
static int
make_answer(const char *action, const uint8_t *payload, int length, uint8_t *reply,
	uint32_t *delay_ms)
{
	struct answer answer = { .mode = ANSWER_OFF };
	int i;

	if (strcmp(action, IPC_USER_ACTION) == 0)
		return answer_make(payload, length, reply, IPC_PAYLOAD_MAX, delay_ms);
	pthread_mutex_lock(&ipc.lock);
	for (i = 0; i < LISTENERS_MAX; i++)
		if (strcmp(ipc.listeners[i].action, action) == 0)
			answer = ipc.listeners[i].answer;
	pthread_mutex_unlock(&ipc.lock);
	switch (answer.mode) {
	case ANSWER_ECHO:
		memcpy(reply, payload, length);
		return length;
	case ANSWER_TEXT:
		memcpy(reply, answer.text, answer.length);
		return answer.length;
	case ANSWER_DELAY:
		*delay_ms = answer.delay_ms;
		return -EAGAIN;
	default:
		return -ENOMSG;
	}
}

static int
send_reply(const char *path, const char *action, const uint8_t *payload, int length)
{
	struct rte_mp_msg msg = { 0 };

	snprintf(msg.name, sizeof(msg.name), "%s", action);
	memcpy(msg.param, payload, length);
	msg.len_param = length;
	return rte_mp_reply(&msg, path) == 0 ? 0 : -EIO;
}

static int
on_user_action(const struct rte_mp_msg *msg, const void *peer)
{
	struct ipc_received *to;

	if (handler_is_stopping()) {
		close_fds(msg->fds, count_fds(msg));
		return 0;
	}
	to = calloc(1, sizeof(*to));
	if (to == NULL) {
		close_fds(msg->fds, count_fds(msg));
		return 0;
	}
	memcpy(to->action, msg->name, sizeof(to->action));
	to->action[sizeof(to->action) - 1] = '\0';
	snprintf(to->path, sizeof(to->path), "%s", (const char *)peer);
	to->pid = path_to_pid(to->path);
	to->length = RTE_MAX(0, RTE_MIN(msg->len_param, IPC_PAYLOAD_MAX));
	memcpy(to->payload, msg->param, to->length);
	to->n_fds = describe_and_close_fds(msg, to->fds);
	to->answer_length = make_answer(
		to->action, to->payload, to->length, to->answer, &to->delay_ms);
	if (to->answer_length == -EAGAIN) {
		to->delayed = true;
		memcpy(to->answer, to->payload, to->length);
		to->answer_length = to->length;
	} else if (to->answer_length >= 0 &&
		__atomic_load_n(&ipc.posts, __ATOMIC_RELAXED) < POSTS_MAX) {
		to->answered = send_reply(to->path, to->action, to->answer,
				       to->answer_length) == 0;
	}
	if (!handler_post(take_received, to))
		stats_count(STATS_OTHERS, ROAD_MP, COUNT_REFUSED, 1);
	return 0;
}

/* The sender thread. */

static void
sending_done(void *arg)
{
	struct sending *sending = arg;

	if (sending->done != NULL)
		sending->done(sending->ctx, sending->result);
	free(sending);
}

static void *
sender_main(void *arg)
{
	(void)arg;
	for (;;) {
		struct sending *sending;

		while (sem_wait(&ipc.queued) < 0)
			; /* a signal */
		pthread_mutex_lock(&ipc.lock);
		sending = STAILQ_FIRST(&ipc.queue);
		if (sending != NULL)
			STAILQ_REMOVE_HEAD(&ipc.queue, next);
		pthread_mutex_unlock(&ipc.lock);
		if (sending == NULL)
			break; /* all is sent, and it is the end */
		if (sending->stamp != NULL)
			__atomic_store_n(sending->stamp, rte_rdtsc(), __ATOMIC_RELEASE);
		if (sending->path[0] != '\0')
			sending->result = rte_mp_reply(&sending->msg, sending->path);
		else
			sending->result = rte_mp_sendmsg(&sending->msg);
		if (sending->result != 0)
			sending->result = rte_errno != 0 ? -rte_errno : -EIO;
		close_fds(sending->msg.fds, sending->msg.num_fds);
		if (loop_post(sending_done, sending) < 0)
			free(sending);
	}
	return NULL;
}

/* Queue a message for the sender; path "" for all. */
static int
queue_sending(const char *action, const uint8_t *payload, int length, const char *path,
	uint64_t *stamp, void (*done)(void *ctx, int result), void *ctx, const int fds[],
	int n_fds)
{
	struct sending *sending;

	if (handler_is_stopping() || !ipc.sender_runs)
		return -ESHUTDOWN;
	sending = calloc(1, sizeof(*sending));
	if (sending == NULL)
		return -ENOMEM;
	snprintf(sending->msg.name, sizeof(sending->msg.name), "%s", action);
	memcpy(sending->msg.param, payload, length);
	sending->msg.len_param = length;
	if (n_fds != 0)
		memcpy(sending->msg.fds, fds, n_fds * sizeof(fds[0]));
	sending->msg.num_fds = n_fds;
	snprintf(sending->path, sizeof(sending->path), "%s", path);
	sending->stamp = stamp;
	sending->done = done;
	sending->ctx = ctx;
	pthread_mutex_lock(&ipc.lock);
	STAILQ_INSERT_TAIL(&ipc.queue, sending, next);
	pthread_mutex_unlock(&ipc.lock);
	sem_post(&ipc.queued);
	return 0;
}

int
ipc_send(const struct message *message, uint64_t *stamp,
	void (*done)(void *ctx, int result), void *ctx)
{
	uint8_t param[IPC_PAYLOAD_MAX];
	int length = message_pack(message, param);

	if (length < 0)
		return length;
	return queue_sending(
		ACTION_MESSAGE, param, length, "", stamp, done, ctx, NULL, 0);
}

int
ipc_reply_later(const char *path, const char *action, const uint8_t *payload, int length)
{
	return queue_sending(action, payload, length, path, NULL, NULL, NULL, NULL, 0);
}

int
ipc_notify(const char *action, const uint8_t *payload, int length, const int fds[],
	int n_fds, void (*done)(void *ctx, int result), void *ctx)
{
	int ret = queue_sending(action, payload, length, "", NULL, done, ctx, fds, n_fds);

	if (ret < 0)
		close_fds(fds, n_fds);
	return ret;
}

/* Requests. */

static void
request_done(void *arg)
{
	struct ipc_request *request = arg;
	struct pending *pending;

	LIST_FOREACH(pending, &ipc.pending, next) {
		if (strcmp(pending->action, request->action) == 0) {
			LIST_REMOVE(pending, next);
			free(pending);
			break;
		}
	}
	request->done(request);
}

/* Who failed, of those asked one after another: the last one that was sent to, or the
 * next. */
static void
find_failed(int asked, bool was_sent, char *who, size_t size)
{
	struct ipc_socket found;
	int n = was_sent ? asked - 1 : asked;

	if (!ipc.is_primary)
		ipc_describe_process(ipc.primary_pid, who, size);
	else if (n >= 0 && ipc_socket(n, &found))
		ipc_describe_process(found.pid, who, size);
	else
		snprintf(who, size, "a process that left meanwhile");
}

static void
explain_request(struct ipc_request *request, int error)
{
	char who[96];

	find_failed(request->n_sent, error == ETIMEDOUT, who, sizeof(who));
	switch (error) {
	case ETIMEDOUT:
		/* Who has no such action never answers, and cannot be told from a hung
		 * one. */
		snprintf(request->error, sizeof(request->error),
			"no reply from %s within %u ms%s", who, request->timeout_ms,
			strstr(who, "stopped)") != NULL || strstr(who, "gone)") != NULL ||
					strcmp(request->action, IPC_USER_ACTION) == 0
				? ""
				: ": perhaps it has no such action");
		break;
	case EAGAIN:
		snprintf(request->error, sizeof(request->error),
			"%s does not read its socket", who);
		break;
	case EEXIST:
		snprintf(request->error, sizeof(request->error),
			"DPDK still waits for an earlier one to %s", who);
		break;
	case ECONNREFUSED:
	case ENOENT:
		snprintf(request->error, sizeof(request->error), "%s is gone", who);
		break;
	default:
		snprintf(request->error, sizeof(request->error), "%s: %s", who,
			strerror(error));
	}
}

static void
make_request(void *arg)
{
	struct ipc_request *request = arg;
	struct timespec timeout = {
		.tv_sec = request->timeout_ms / 1000,
		.tv_nsec = request->timeout_ms % 1000 * 1000000L,
	};
	struct rte_mp_msg msg = { 0 };
	struct rte_mp_reply reply = { 0 };
	uint64_t before;
	int i, ret;

	snprintf(msg.name, sizeof(msg.name), "%s", request->action);
	memcpy(msg.param, request->payload, request->length);
	msg.len_param = request->length;
	memcpy(msg.fds, request->fds, request->n_fds * sizeof(msg.fds[0]));
	msg.num_fds = request->n_fds;
	rte_errno = 0;
	before = rte_rdtsc();
	ret = rte_mp_request_sync(&msg, &reply, &timeout);
	request->ticks = rte_rdtsc() - before;
	request->n_sent = reply.nb_sent;
	close_fds(request->fds, request->n_fds);
	if (ret != 0) {
		int error = rte_errno != 0 ? rte_errno : EIO;

		request->result = -error;
		explain_request(request, error);
	} else if (reply.nb_received > 0) {
		request->replies = calloc(reply.nb_received, sizeof(*request->replies));
		for (i = 0; i < reply.nb_received; i++) {
			const struct rte_mp_msg *from = &reply.msgs[i];
			struct ipc_reply *to;

			if (request->replies == NULL) {
				close_fds(from->fds, count_fds(from));
				continue;
			}
			to = &request->replies[request->n_received++];
			to->length =
				RTE_MAX(0, RTE_MIN(from->len_param, IPC_PAYLOAD_MAX));
			memcpy(to->payload, from->param, to->length);
			to->n_fds = describe_and_close_fds(from, to->fds);
		}
	}
	free(reply.msgs);
	loop_post(request_done, request);
}

bool
ipc_request_is_pending(const char *action)
{
	struct pending *pending;

	LIST_FOREACH(pending, &ipc.pending, next)
		if (strcmp(pending->action, action) == 0)
			return true;
	return false;
}

int
ipc_request_start(struct ipc_request *request)
{
	struct pending *pending;
	int ret;

	if (handler_is_stopping())
		return -ESHUTDOWN;
	if (ipc_request_is_pending(request->action))
		return -EEXIST;
	pending = calloc(1, sizeof(*pending));
	if (pending == NULL)
		return -ENOMEM;
	memcpy(pending->action, request->action, sizeof(pending->action));
	ret = background_run(make_request, request);
	if (ret < 0) {
		free(pending);
		return ret;
	}
	LIST_INSERT_HEAD(&ipc.pending, pending, next);
	return 0;
}

void
ipc_request_free(struct ipc_request *request)
{
	free(request->replies);
	free(request);
}

/* Listeners. */

static struct listener *
find_listener(const char *action)
{
	int i;

	for (i = 0; i < LISTENERS_MAX; i++)
		if (strcmp(ipc.listeners[i].action, action) == 0)
			return &ipc.listeners[i];
	return NULL;
}

int
ipc_listen(const char *action, const struct answer *answer)
{
	struct listener *listener;
	int ret = 0;

	pthread_mutex_lock(&ipc.lock);
	listener = find_listener(action);
	if (listener != NULL)
		ret = -EEXIST;
	else
		listener = find_listener("");
	if (ret == 0 && listener == NULL)
		ret = -ENOSPC;
	if (ret == 0 && rte_mp_action_register(action, on_user_action) < 0)
		ret = -rte_errno;
	if (ret == 0) {
		snprintf(listener->action, sizeof(listener->action), "%s", action);
		listener->answer = *answer;
	}
	pthread_mutex_unlock(&ipc.lock);
	return ret;
}

int
ipc_unlisten(const char *action)
{
	struct listener *listener;

	pthread_mutex_lock(&ipc.lock);
	listener = action[0] != '\0' ? find_listener(action) : NULL;
	if (listener != NULL)
		listener->action[0] = '\0';
	pthread_mutex_unlock(&ipc.lock);
	if (listener == NULL)
		return -ENOENT;
	rte_mp_action_unregister(action);
	return 0;
}

bool
ipc_listener(unsigned int i, char action[IPC_ACTION_SIZE], struct answer *answer)
{
	bool found = false;
	int at;

	pthread_mutex_lock(&ipc.lock);
	for (at = 0; at < LISTENERS_MAX && !found; at++) {
		if (ipc.listeners[at].action[0] == '\0' || i-- != 0)
			continue;
		memcpy(action, ipc.listeners[at].action, IPC_ACTION_SIZE);
		*answer = ipc.listeners[at].answer;
		found = true;
	}
	pthread_mutex_unlock(&ipc.lock);
	return found;
}

/* Sockets. */

/* The i-th socket's path and whose it is; false when there is none. */
static bool
find_socket(unsigned int i, struct ipc_socket *found)
{
	struct dirent *entry;
	bool ok = false;
	DIR *dir;

	memset(found, 0, sizeof(*found));
	dir = opendir(ipc.runtime_dir);
	if (dir == NULL)
		return false;
	while (!ok && (entry = readdir(dir)) != NULL) {
		bool primary = strcmp(entry->d_name, "mp_socket") == 0;

		/* The primary asks the sockets of secondaries alone, in this order. */
		if ((fnmatch("mp_socket_*", entry->d_name, 0) != 0 &&
			    (ipc.is_primary || !primary)) ||
			path_to_pid(entry->d_name) == getpid() || i-- != 0)
			continue;
		if (snprintf(found->path, sizeof(found->path), "%s/%s", ipc.runtime_dir,
			    entry->d_name) >= (int)sizeof(found->path))
			break;
		found->is_primary = primary;
		found->pid = primary ? ipc.primary_pid : path_to_pid(entry->d_name);
		ok = true;
	}
	closedir(dir);
	return ok;
}

bool
ipc_socket(unsigned int i, struct ipc_socket *found)
{
	enum host_socket look;

	if (!find_socket(i, found))
		return false;
	host_process_name(found->pid, found->comm);
	found->state = host_process_state(found->pid);
	look = host_look_at_socket(found->path);
	found->stale = look == HOST_SOCKET_STALE;
	found->full = look == HOST_SOCKET_FULL;
	return true;
}

bool
ipc_has_stranger(bool (*is_known)(pid_t pid))
{
	struct dirent *entry;
	bool found = false;
	DIR *dir = opendir(ipc.runtime_dir);

	while (dir != NULL && !found && (entry = readdir(dir)) != NULL) {
		pid_t pid = path_to_pid(entry->d_name);

		found = pid != 0 && pid != getpid() && !is_known(pid);
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

char *
ipc_describe_process(pid_t pid, char *buf, size_t size)
{
	char state = host_process_state(pid);
	char comm[16];

	host_process_name(pid, comm);
	if (state == 0)
		snprintf(buf, size, "pid %d (gone)", pid);
	else
		snprintf(buf, size, "pid %d (%s%s)", pid, comm,
			state == 'T' || state == 't' ? ", stopped" : "");
	return buf;
}

/* Start and stop. */

int
ipc_register(const struct ipc_callbacks *callbacks)
{
	sem_init(&ipc.pong, 0, 0);
	sem_init(&ipc.queued, 0, 0);
	STAILQ_INIT(&ipc.queue);
	LIST_INIT(&ipc.pending);
	ipc.callbacks = *callbacks;
	if (rte_mp_action_register(ACTION_ATTACH, on_attach) < 0 ||
		rte_mp_action_register(ACTION_MESSAGE, on_message) < 0 ||
		rte_mp_action_register(IPC_USER_ACTION, on_user_action) < 0)
		return -rte_errno;
	return 0;
}

/*
 * EAL's own rte_mp socket blocks for ever on a process that does not read (TRAPS 1.6); it
 * is found by its name among our descriptors.
 */
static int
limit_sends(void)
{
	const struct timeval limit = { .tv_usec = SEND_TIMEOUT_US };
	char prefix[300];
	struct dirent *entry;
	int ret = -ENOENT;
	DIR *dir;

	snprintf(prefix, sizeof(prefix), "%s/mp_socket", ipc.runtime_dir);
	dir = opendir("/proc/self/fd");
	if (dir == NULL)
		return -errno;
	while ((entry = readdir(dir)) != NULL) {
		struct sockaddr_un name = { 0 };
		socklen_t length = sizeof(name);
		int fd = atoi(entry->d_name);

		if (getsockname(fd, (struct sockaddr *)&name, &length) < 0 ||
			name.sun_family != AF_UNIX ||
			strncmp(name.sun_path, prefix, strlen(prefix)) != 0)
			continue;
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		ret = setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0
			? 0
			: -errno;
	}
	closedir(dir);
	return ret;
}

/* EAL's thread: "rte_mp_handle", from 23.11 on "dpdk-mp-msg". */
static void
find_thread(void)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc/self/task");

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char path[300], name[16] = "";
		FILE *file;

		snprintf(path, sizeof(path), "/proc/self/task/%s/comm", entry->d_name);
		file = fopen(path, "re");
		if (file == NULL)
			continue;
		if (fscanf(file, "%15s", name) == 1 &&
			(strcmp(name, "rte_mp_handle") == 0 ||
				strcmp(name, "dpdk-mp-msg") == 0))
			ipc.thread = atoi(entry->d_name);
		fclose(file);
	}
	if (dir != NULL)
		closedir(dir);
}

bool
ipc_thread_lives(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d", ipc.thread);
	return ipc.thread != 0 && access(path, F_OK) == 0;
}

int
ipc_start(bool is_primary, pid_t primary_pid, const char *runtime_dir)
{
	int ret;

	ipc.is_primary = is_primary;
	ipc.primary_pid = primary_pid;
	snprintf(ipc.runtime_dir, sizeof(ipc.runtime_dir), "%s", runtime_dir);
	find_thread();
	limit_sends();
	ret = pthread_create(&ipc.sender, NULL, sender_main, NULL);
	ipc.sender_runs = ret == 0;
	return -ret;
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

void
ipc_stop(void)
{
	__atomic_store_n(&ipc.stopping, 1, __ATOMIC_RELEASE);
	if (!ipc.sender_runs)
		return;
	sem_post(&ipc.queued);
	pthread_join(ipc.sender, NULL);
	ipc.sender_runs = false;
}

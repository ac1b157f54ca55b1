/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The handlers of rte_mp: any bytes, lengths and descriptors, as messages that any
 * process may send, to a primary, a secondary or one that starts or ends. Every
 * descriptor is closed or handed over, every reply is one that rte_mp takes. What of EAL
 * they call is replaced here.
 */

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>

#include "fuzz.h"

#include "base/loop.h"
#include "message/message.h"
#include "message/name.h"
#include "message/stats.h"
#include "mp/attach.h"
#include "mp/broadcast.h"
#include "mp/listen.h"
#include "mp/mp.h"
#include "mp/silence.h"
#include "mp/state.h"

#define FDS_MAX RTE_MP_MAX_FD_NUM

struct post {
	void (*fn)(void *arg);
	void *arg;
};

static struct post posts[16];
static unsigned int n_posts;
static bool full; /* of memory: what is posted is refused */
static unsigned int attaches;

static void
check_message(const struct rte_mp_msg *msg)
{
	size_t length = strnlen(msg->name, sizeof(msg->name));

	CHECK(length > 0 && length < sizeof(msg->name));
	CHECK(msg->len_param >= 0 && msg->len_param <= RTE_MP_MAX_PARAM_LEN);
	CHECK(msg->num_fds >= 0 && msg->num_fds <= FDS_MAX);
}

/* Other processes are not looked at here. */
void
silence_explain(pid_t pid, const char *action, char *text, size_t size)
{
	(void)pid;
	(void)action;
	snprintf(text, size, "%s", "");
}

int
rte_mp_action_register(const char *name, rte_mp_t action)
{
	CHECK(name[0] != '\0' && action != NULL);
	return 0;
}

void
rte_mp_action_unregister(const char *name)
{
	(void)name;
}

int
rte_mp_sendmsg(struct rte_mp_msg *msg)
{
	check_message(msg);
	return 0;
}

int
rte_mp_reply(struct rte_mp_msg *msg, const char *peer)
{
	CHECK(peer != NULL && peer[0] == '/');
	check_message(msg);
	return 0;
}

int
rte_mp_request_sync(struct rte_mp_msg *msg, struct rte_mp_reply *reply,
	const struct timespec *timeout)
{
	(void)msg;
	(void)reply;
	(void)timeout;
	return -1;
}

uint64_t
loop_now(void)
{
	return 0;
}

int
loop_post(void (*fn)(void *arg), void *arg)
{
	if (full || n_posts == RTE_DIM(posts))
		return -ENOMEM;
	posts[n_posts++] = (struct post){ fn, arg };
	return 0;
}

static void
on_attached(const struct ipc_attach *attach)
{
	CHECK(strnlen(attach->name, sizeof(attach->name)) < sizeof(attach->name));
	CHECK(attach->name[0] == '\0' || name_check(attach->name) == 0);
	CHECK(attach->pid > 0 && attach->event_fd >= 0 && attach->pid_fd >= 0);
	CHECK(fcntl(attach->event_fd, F_GETFL) & O_NONBLOCK);
	CHECK(memchr(attach->path, '\0', sizeof(attach->path)) != NULL);
	attaches++;
	close(attach->event_fd);
	close(attach->pid_fd);
}

static void
on_taken(const struct message *message, uint64_t stamp, pid_t pid, bool answered)
{
	(void)stamp;
	(void)answered;
	CHECK(message_check(message) == 0 && message->length <= MESSAGE_BROADCAST_MAX);
	CHECK(pid >= 0);
}

static void
on_received(const struct ipc_received *received)
{
	int i;

	CHECK(received->length >= 0 && received->length <= IPC_PAYLOAD_MAX);
	CHECK(received->n_fds >= 0 && received->n_fds <= IPC_RECEIVED_FDS_MAX);
	CHECK(memchr(received->action, '\0', sizeof(received->action)) != NULL);
	CHECK(received->answer_length <= IPC_PAYLOAD_MAX);
	for (i = 0; i < received->n_fds; i++)
		CHECK(memchr(received->fds[i], '\0', sizeof(received->fds[i])) != NULL);
}

/* A descriptor of the kind that the byte says. */
static int
make_fd(uint8_t kind)
{
	switch (kind % 4) {
	case 0:
		return eventfd(0, EFD_CLOEXEC);
	case 1:
		return syscall(SYS_pidfd_open, getpid(), 0);
	case 2:
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	default:
		return -1;
	}
}

static void
set_up(struct input *input)
{
	struct answer answer = { .mode = input_byte(input) % 4, .delay_ms = 1 };
	uint8_t flags = input_byte(input);
	static const char *const actions[] = { "a", "longest", "hex" };
	unsigned int i;

	answer.length = input_byte(input);
	memset(answer.text, 'z', sizeof(answer.text));
	answer_set(&answer);
	for (i = 0; i < RTE_DIM(actions); i++) {
		answer.mode = (answer.mode + 1) % 4;
		answer.length = i == 1 ? IPC_PAYLOAD_MAX : 0;
		strcpy(ipc.listeners[i].action, actions[i]);
		ipc.listeners[i].answer = answer;
	}
	ipc.is_primary = flags & 1;
	ipc.accepting = (flags & 2) != 0;
	ipc.number = flags & 1 ? 0 : flags >> 4;
	ipc.stopping = (flags & 0x0c) == 0x0c;
	ipc.pong_sequence = 1;
	full = (flags & 0xc0) == 0xc0;
}

static void
take_posts(void)
{
	unsigned int i;

	for (i = 0; i < n_posts; i++)
		posts[i].fn(posts[i].arg);
	n_posts = 0;
	CHECK(ipc.posts == 0);
	while (sem_trywait(&ipc.pong) == 0)
		;
}

static void
handle(struct input *input)
{
	static const char *const peers[] = { "/run/dpdk/x/mp_socket",
		"/run/dpdk/x/mp_socket_42_1234", "/mp_socket_99999999999_", "/" };
	static const char *const names[] = { "mpsh", "a", "longest", "hex", "other" };
	struct rte_mp_msg *msg = calloc(1, sizeof(*msg));
	uint8_t which = input_byte(input), how = input_byte(input);
	char *peer;
	int i, ret;

	CHECK(msg != NULL);
	peer = (char *)copy_exactly(peers[which % 4], strlen(peers[which % 4]) + 1);
	/* What EAL lets through; the descriptors' numbers beyond num_fds are anything. */
	msg->num_fds = how % (FDS_MAX + 1);
	for (i = 0; i < FDS_MAX; i++)
		msg->fds[i] = i < msg->num_fds ? make_fd(input_byte(input)) : 1 << 20;
	if (how & 0x80)
		input_take(input, msg->name, sizeof(msg->name) - 1);
	else
		strcpy(msg->name, names[how % RTE_DIM(names)]);
	if (msg->name[0] == '\0')
		strcpy(msg->name, "x");
	msg->len_param = input_byte(input) + (input_byte(input) & 1);
	if (how & 0x40 && msg->len_param > (int)input->size)
		msg->len_param = input->size;
	input_take(input, msg->param, msg->len_param);
	which /= 4;
	if (which % 3 == 0)
		ret = attach_on_request(msg, peer);
	else if (which % 3 == 1)
		ret = broadcast_on_message(msg, peer);
	else
		ret = listen_on_action(msg, peer);
	CHECK(ret == 0);
	free(peer);
	take_posts();
	for (i = 0; i < msg->num_fds; i++)
		CHECK(msg->fds[i] < 0 || fcntl(msg->fds[i], F_GETFD) < 0);
	free(msg);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ipc_callbacks callbacks = {
		.attach = on_attached,
		.message = on_taken,
		.received = on_received,
	};
	static bool ready;
	struct input input = { data, size };

	if (!ready) {
		CHECK(stats_init() == 0 && ipc_register(&callbacks) == 0);
		ready = true;
	}
	set_up(&input);
	do
		handle(&input);
	while (input.size > 0);
	return 0;
}

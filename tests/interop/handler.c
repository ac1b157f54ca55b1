/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A DPDK application as its programmer's guide writes one: it registers actions, replies
 * in their handlers, and asks the other side for its own. Primary or secondary, as EAL's
 * options say.
 *
 * Its actions:
 *
 *     it_echo      replies with param and descriptors as they came
 *     it_bytes     replies with the 256 bytes 0 to 255
 *     it_files     replies with eight descriptors of /dev/zero
 *     it_silent    never replies
 *     it_hangs     never returns
 *     it_late      replies with param 300 ms later
 *
 * What came is printed: "got ACTION LENGTH HEX N [FILE ...]", N descriptors. On its
 * standard input it takes
 *
 *     request ACTION MS N HEX     rte_mp_request_sync, N descriptors of /dev/null
 *     notify ACTION N HEX         rte_mp_sendmsg
 *     most                        so many descriptors may be in a message
 *
 * where HEX is "-" for none, and prints "reply LENGTH HEX N [FILE ...]" and "replied
 * RECEIVED of SENT", or "failed ERRNO"; "sent" for a notification. It ends with its
 * input.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>

#define FILES_MAX 8

struct late {
	struct rte_mp_msg reply;
	char peer[128];
};

static void
close_files(const struct rte_mp_msg *msg)
{
	int i;

	for (i = 0; i < msg->num_fds; i++)
		close(msg->fds[i]);
}

/* One line, in one write: handlers and main print. */
static void
print_message(const char *what, const struct rte_mp_msg *msg)
{
	char line[16384];
	int i, at;

	at = snprintf(line, sizeof(line), "%s %d ", what, msg->len_param);
	for (i = 0; i < msg->len_param; i++)
		at += sprintf(line + at, "%02x", msg->param[i]);
	at += sprintf(line + at, "%s %d", msg->len_param == 0 ? "-" : "", msg->num_fds);
	for (i = 0; i < msg->num_fds; i++) {
		char link[64], name[128];
		ssize_t length;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", msg->fds[i]);
		length = readlink(link, name, sizeof(name) - 1);
		at += sprintf(line + at, " %.*s", length < 0 ? 0 : (int)length, name);
	}
	puts(line);
}

static void
print_got(const struct rte_mp_msg *msg)
{
	char what[sizeof(msg->name) + 8];

	snprintf(what, sizeof(what), "got %s", msg->name);
	print_message(what, msg);
}

static void
begin_reply(struct rte_mp_msg *reply, const struct rte_mp_msg *msg)
{
	memset(reply, 0, sizeof(*reply));
	snprintf(reply->name, sizeof(reply->name), "%s", msg->name);
}

static int
on_echo(const struct rte_mp_msg *msg, const void *peer)
{
	struct rte_mp_msg reply;
	int ret;

	print_got(msg);
	begin_reply(&reply, msg);
	memcpy(reply.param, msg->param, msg->len_param);
	reply.len_param = msg->len_param;
	memcpy(reply.fds, msg->fds, msg->num_fds * sizeof(msg->fds[0]));
	reply.num_fds = msg->num_fds;
	ret = rte_mp_reply(&reply, peer);
	close_files(msg);
	return ret;
}

static int
on_bytes(const struct rte_mp_msg *msg, const void *peer)
{
	struct rte_mp_msg reply;
	int i;

	print_got(msg);
	close_files(msg);
	begin_reply(&reply, msg);
	for (i = 0; i < RTE_MP_MAX_PARAM_LEN; i++)
		reply.param[i] = i;
	reply.len_param = RTE_MP_MAX_PARAM_LEN;
	return rte_mp_reply(&reply, peer);
}

static int
on_files(const struct rte_mp_msg *msg, const void *peer)
{
	struct rte_mp_msg reply;
	int ret;

	print_got(msg);
	close_files(msg);
	begin_reply(&reply, msg);
	while (reply.num_fds < FILES_MAX)
		reply.fds[reply.num_fds++] = open("/dev/zero", O_RDONLY);
	ret = rte_mp_reply(&reply, peer);
	close_files(&reply);
	return ret;
}

static int
on_silent(const struct rte_mp_msg *msg, const void *peer)
{
	(void)peer;
	print_got(msg);
	close_files(msg);
	return 0;
}

static int
on_hangs(const struct rte_mp_msg *msg, const void *peer)
{
	(void)peer;
	print_got(msg);
	for (;;)
		pause();
	return 0;
}

static void *
reply_late(void *arg)
{
	struct late *late = arg;

	usleep(300000);
	rte_mp_reply(&late->reply, late->peer);
	free(late);
	return NULL;
}

static int
on_late(const struct rte_mp_msg *msg, const void *peer)
{
	struct late *late = malloc(sizeof(*late));
	pthread_t thread;

	print_got(msg);
	close_files(msg);
	if (late == NULL)
		return -1;
	begin_reply(&late->reply, msg);
	memcpy(late->reply.param, msg->param, msg->len_param);
	late->reply.len_param = msg->len_param;
	/* peer is the handler's only while it runs. */
	snprintf(late->peer, sizeof(late->peer), "%s", (const char *)peer);
	if (pthread_create(&thread, NULL, reply_late, late) != 0) {
		free(late);
		return -1;
	}
	pthread_detach(thread);
	return 0;
}

/* "-" or hex digits, and n descriptors. */
static void
make_message(struct rte_mp_msg *msg, const char *action, int n, const char *hex)
{
	memset(msg, 0, sizeof(*msg));
	snprintf(msg->name, sizeof(msg->name), "%s", action);
	while (sscanf(hex, "%2hhx", &msg->param[msg->len_param]) == 1) {
		msg->len_param++;
		hex += 2;
		if (msg->len_param == RTE_MP_MAX_PARAM_LEN)
			break;
	}
	while (msg->num_fds < n && msg->num_fds < RTE_MP_MAX_FD_NUM)
		msg->fds[msg->num_fds++] = open("/dev/null", O_RDWR);
}

static void
request(struct rte_mp_msg *msg, int ms)
{
	const struct timespec timeout = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000 };
	struct rte_mp_reply reply;
	int i;

	if (rte_mp_request_sync(msg, &reply, &timeout) < 0) {
		printf("failed %s\n", strerrorname_np(rte_errno));
		return;
	}
	for (i = 0; i < reply.nb_received; i++) {
		print_message("reply", &reply.msgs[i]);
		close_files(&reply.msgs[i]);
	}
	printf("replied %d of %d\n", reply.nb_received, reply.nb_sent);
	free(reply.msgs);
}

static void
obey(const char *line)
{
	char action[64], hex[2 * RTE_MP_MAX_PARAM_LEN + 1];
	struct rte_mp_msg msg;
	int ms, n;

	if (sscanf(line, "request %63s %d %d %512s", action, &ms, &n, hex) == 4) {
		make_message(&msg, action, n, hex);
		request(&msg, ms);
		close_files(&msg);
	} else if (sscanf(line, "notify %63s %d %512s", action, &n, hex) == 3) {
		make_message(&msg, action, n, hex);
		puts(rte_mp_sendmsg(&msg) < 0 ? "failed" : "sent");
		close_files(&msg);
	} else if (strcmp(line, "most\n") == 0) {
		printf("%d descriptors\n", RTE_MP_MAX_FD_NUM);
	} else {
		puts("what?");
	}
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		rte_mp_t handler;
	} actions[] = {
		{ "it_echo", on_echo },
		{ "it_bytes", on_bytes },
		{ "it_files", on_files },
		{ "it_silent", on_silent },
		{ "it_hangs", on_hangs },
		{ "it_late", on_late },
	};
	char line[1024];
	unsigned int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (rte_eal_init(argc, argv) < 0)
		return 1;
	for (i = 0; i < RTE_DIM(actions); i++)
		if (rte_mp_action_register(actions[i].name, actions[i].handler) < 0)
			return 1;
	puts("ready");
	while (fgets(line, sizeof(line), stdin) != NULL)
		obey(line);
	rte_eal_cleanup();
	return 0;
}

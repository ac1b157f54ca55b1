/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A DPDK application with handlers that have faults, for what measures and tries them. It
 * prints "ready", and ends with its input. Its actions reply with what came, and:
 *
 *     it_well      nothing more
 *     it_picky     but only to "ok"; it is silent otherwise
 *     it_leaks     open a descriptor at each call
 *     it_keeps     do not close the descriptors that came
 *     it_grows     keep 64 KiB of memory at each call
 *     it_takes     keep 4 KiB of DPDK's heap at each call
 *     it_crashes   but at the 77th call the process ends by SIGSEGV
 *     it_hangs     but the 40th call does not return
 *     it_chokes    but not on a payload of more than 200 bytes: it does not return
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_malloc.h>

static int
reply(const struct rte_mp_msg *msg, const void *peer, bool closes)
{
	struct rte_mp_msg answer = { 0 };
	int i;

	for (i = 0; closes && i < msg->num_fds; i++)
		close(msg->fds[i]);
	snprintf(answer.name, sizeof(answer.name), "%s", msg->name);
	memcpy(answer.param, msg->param, msg->len_param);
	answer.len_param = msg->len_param;
	return rte_mp_reply(&answer, peer);
}

static void
hang(void)
{
	for (;;)
		pause();
}

static int
on_well(const struct rte_mp_msg *msg, const void *peer)
{
	return reply(msg, peer, true);
}

static int
on_picky(const struct rte_mp_msg *msg, const void *peer)
{
	if (msg->len_param != 2 || memcmp(msg->param, "ok", 2) != 0)
		return 0;
	return reply(msg, peer, true);
}

static int
on_leaks(const struct rte_mp_msg *msg, const void *peer)
{
	if (open("/dev/null", O_RDONLY) < 0)
		return -1;
	return reply(msg, peer, true);
}

static int
on_keeps(const struct rte_mp_msg *msg, const void *peer)
{
	return reply(msg, peer, false);
}

static int
on_grows(const struct rte_mp_msg *msg, const void *peer)
{
	static char *kept;
	char *more = malloc(64 << 10);

	if (more == NULL)
		return -1;
	memset(more, 1, 64 << 10);
	memcpy(more, &kept, sizeof(kept));
	kept = more;
	return reply(msg, peer, true);
}

static int
on_takes(const struct rte_mp_msg *msg, const void *peer)
{
	static void *kept;
	void **more = rte_malloc("it_takes", 4096, 0);

	if (more == NULL)
		return -1;
	*more = kept;
	kept = more;
	return reply(msg, peer, true);
}

static int
on_crashes(const struct rte_mp_msg *msg, const void *peer)
{
	static unsigned int calls;

	if (++calls == 77)
		raise(SIGSEGV);
	return reply(msg, peer, true);
}

static int
on_hangs(const struct rte_mp_msg *msg, const void *peer)
{
	static unsigned int calls;

	if (++calls == 40)
		hang();
	return reply(msg, peer, true);
}

static int
on_chokes(const struct rte_mp_msg *msg, const void *peer)
{
	if (msg->len_param > 200)
		hang();
	return reply(msg, peer, true);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		rte_mp_t handler;
	} actions[] = {
		{ "it_well", on_well },
		{ "it_picky", on_picky },
		{ "it_leaks", on_leaks },
		{ "it_keeps", on_keeps },
		{ "it_grows", on_grows },
		{ "it_takes", on_takes },
		{ "it_crashes", on_crashes },
		{ "it_hangs", on_hangs },
		{ "it_chokes", on_chokes },
	};
	unsigned int i;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	for (i = 0; i < RTE_DIM(actions); i++)
		if (rte_mp_action_register(actions[i].name, actions[i].handler) < 0)
			return 1;
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	rte_eal_cleanup();
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * bare_mp COUNT APART EAL-options: round trips from a secondary to the primary with
 * rte_mp_request_sync() alone, as many bytes as those of ping via mp, APART us between
 * them or 0. The primary says "ready" and ends at the end of its input; the secondary
 * prints the result.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "common.h"

#define ACTION "bench"
#define LENGTH 36 /* preamble, header and text of a ping of mpsh's */

static int
answer(const struct rte_mp_msg *msg, const void *peer)
{
	struct rte_mp_msg reply = { 0 };

	memcpy(reply.name, msg->name, sizeof(reply.name));
	memcpy(reply.param, msg->param, LENGTH);
	reply.len_param = LENGTH;
	return rte_mp_reply(&reply, peer);
}

static void
ask(unsigned int count, unsigned int apart_us)
{
	struct timespec timeout = { .tv_sec = 5 };
	uint64_t *times = calloc(count, sizeof(*times));
	struct rte_mp_msg msg = { .len_param = LENGTH };
	struct rte_mp_reply reply;
	uint64_t before;
	unsigned int i;

	if (times == NULL)
		bench_fail("memory");
	snprintf(msg.name, sizeof(msg.name), "%s", ACTION);
	for (i = 0; i < count; i++) {
		if (apart_us != 0)
			usleep(apart_us);
		before = rte_rdtsc();
		if (rte_mp_request_sync(&msg, &reply, &timeout) < 0 ||
			reply.nb_received != 1)
			bench_fail("rte_mp_request_sync");
		times[i] = rte_rdtsc() - before;
		free(reply.msgs);
	}
	bench_round_trips(times, count, 1e9 / rte_get_tsc_hz());
	free(times);
}

int
main(int argc, char *argv[])
{
	unsigned int count, apart_us;

	if (argc < 3)
		bench_fail("usage: bare_mp COUNT APART EAL-options");
	count = bench_number(argv[1]);
	apart_us = atoi(argv[2]);
	errno = 0;
	if (rte_eal_init(argc - 2, argv + 2) < 0)
		bench_fail("rte_eal_init");
	if (rte_eal_process_type() == RTE_PROC_PRIMARY) {
		if (rte_mp_action_register(ACTION, answer) < 0)
			bench_fail("rte_mp_action_register");
		puts("ready");
		fflush(stdout);
		while (getchar() != EOF)
			;
	} else {
		ask(count, apart_us);
	}
	rte_eal_cleanup();
	return 0;
}

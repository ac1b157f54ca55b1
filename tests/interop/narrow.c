/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A primary linked with EAL alone, statically: none of the libraries that a shared build
 * loads are in it, so it has none of their tailqs. With WITH_RINGS also rings and
 * mempools, one of each. It echoes requests to the action "narrow", says "ready" when it
 * is, and ends with its standard input.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_lcore.h>

#ifdef WITH_RINGS
#include <rte_mempool.h>
#include <rte_ring.h>
#endif

static int
echo(const struct rte_mp_msg *msg, const void *peer)
{
	struct rte_mp_msg reply = { 0 };

	strcpy(reply.name, msg->name);
	memcpy(reply.param, msg->param, msg->len_param);
	reply.len_param = msg->len_param;
	return rte_mp_reply(&reply, peer);
}

int
main(int argc, char *argv[])
{
	char byte;

	if (rte_eal_init(argc, argv) < 0 || rte_mp_action_register("narrow", echo) < 0)
		return 1;
#ifdef WITH_RINGS
	struct rte_mempool *pool = rte_mempool_create(
		"narrow_pool", 63, 64, 0, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY, 0);
	struct rte_ring *ring = rte_ring_create("narrow_ring", 16, SOCKET_ID_ANY, 0);
	void *objects[3];

	if (pool == NULL || ring == NULL || rte_mempool_get_bulk(pool, objects, 3) < 0 ||
		rte_ring_enqueue(ring, objects[0]) < 0)
		return 1;
#endif
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	rte_eal_cleanup();
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Sends and requests in a secondary, one at a time: EAL writes the path of the primary's
 * socket into one buffer at the start of each (app/README.md, fact 17). A thread that
 * reads it meanwhile sends to no one. In the primary these calls are EAL's alone.
 */

#ifndef MPSH_MP_PATH_H
#define MPSH_MP_PATH_H

#include <stdbool.h>
#include <time.h>

#include <rte_eal.h>

/*
 * rte_mp_sendmsg(), with its result and rte_errno. While a request is under way, the send
 * waits for the request's end, but no longer than PATH_WAIT_MS from its start. Any thread
 * but EAL's rte_mp thread, which takes in the request's reply.
 */
int path_send(struct rte_mp_msg *msg);

/*
 * The same if it can be done at once, without its result: returns false, and sends
 * nothing, if it cannot. Any thread.
 */
bool path_try_send(struct rte_mp_msg *msg);

/* rte_mp_request_sync(), with its result and rte_errno. Any thread but the main one. */
int path_request(struct rte_mp_msg *msg, struct rte_mp_reply *reply,
	const struct timespec *timeout);

#endif

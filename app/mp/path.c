/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The turns that the threads of a secondary take at rte_mp's sends and requests. */

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include <rte_eal.h>

#include "base/deadline.h"
#include "mp/path.h"

/*
 * By then a request has been sent, and only its reply is waited for. EAL cannot be asked
 * whether it was; the path is written and read at once, in well under a microsecond.
 */
#define PATH_WAIT_MS 100

static struct {
	pthread_mutex_t lock;  /* held during a send, and for the fields below */
	pthread_cond_t ended;  /* a request has */
	unsigned int requests; /* under way. EAL itself sends them one after another. */
	struct timespec sent;  /* the moment by which the last of them has been sent */
} path = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.ended = PTHREAD_COND_INITIALIZER,
};

static bool
is_primary(void)
{
	return rte_eal_process_type() == RTE_PROC_PRIMARY;
}

int
path_send(struct rte_mp_msg *msg)
{
	int ret;

	if (is_primary())
		return rte_mp_sendmsg(msg);
	pthread_mutex_lock(&path.lock);
	while (path.requests != 0 &&
		pthread_cond_clockwait(&path.ended, &path.lock, CLOCK_MONOTONIC,
			&path.sent) != ETIMEDOUT)
		;
	ret = rte_mp_sendmsg(msg);
	pthread_mutex_unlock(&path.lock);
	return ret;
}

bool
path_try_send(struct rte_mp_msg *msg)
{
	bool may;

	if (is_primary()) {
		rte_mp_sendmsg(msg);
		return true;
	}
	if (pthread_mutex_trylock(&path.lock) != 0)
		return false;
	may = path.requests == 0;
	if (may)
		rte_mp_sendmsg(msg);
	pthread_mutex_unlock(&path.lock);
	return may;
}

int
path_request(struct rte_mp_msg *msg, struct rte_mp_reply *reply,
	const struct timespec *timeout)
{
	int ret;

	if (is_primary())
		return rte_mp_request_sync(msg, reply, timeout);
	pthread_mutex_lock(&path.lock);
	path.requests++;
	path.sent = deadline_after(PATH_WAIT_MS);
	pthread_mutex_unlock(&path.lock);
	ret = rte_mp_request_sync(msg, reply, timeout);
	pthread_mutex_lock(&path.lock);
	path.requests--;
	pthread_cond_broadcast(&path.ended);
	pthread_mutex_unlock(&path.lock);
	return ret;
}

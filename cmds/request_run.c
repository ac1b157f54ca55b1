/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Waiting for a request over rte_mp, for request and mp request. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/loop.h"
#include "base/ticks.h"
#include "cmds/request.h"
#include "exchange/question.h"
#include "exchange/reply.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/self.h"

/* Outlives the command when it was interrupted. */
struct wait {
	bool over;
	bool abandoned;
	struct ipc_request *request;
};

static void
count_outcome(const struct ipc_request *request)
{
	unsigned int row = hub_role() == ROLE_SECONDARY ? 0 : STATS_OTHERS;

	stats_count(row, ROAD_MP, COUNT_SENT, request->n_sent);
	stats_count(row, ROAD_MP, COUNT_REPLIES, request->n_received);
	stats_count(row, ROAD_MP, COUNT_TIMEOUTS, request->n_sent - request->n_received);
	stats_count(
		row, ROAD_MP, COUNT_BYTES, (int64_t)request->length * request->n_sent);
	if (request->result == 0 && request->n_received > 0)
		stats_round_trip(row, ROAD_MP, ticks_to_ns(request->ticks));
}

static void
on_done(struct ipc_request *request)
{
	struct wait *wait = request->ctx;

	count_outcome(request);
	wait->over = true;
	if (wait->abandoned) {
		ipc_request_free(request);
		free(wait);
	}
}

static bool
is_over(void *ctx)
{
	return ((struct wait *)ctx)->over;
}

int
request_run(struct ipc_request *request, const char *command)
{
	struct wait *wait = calloc(1, sizeof(*wait));
	int ret = wait != NULL ? 0 : -ENOMEM;

	if (ret == 0) {
		wait->request = request;
		request->ctx = wait;
		request->done = on_done;
		request->timeout_ms = exchange_timeout();
		ret = ipc_request_start(request);
	}
	if (ret < 0) {
		if (ret == -EEXIST)
			output_error("a request to %s is still pending",
				output_escape(request->action, strlen(request->action)));
		else
			output_error("request failed: %s", strerror(-ret));
		ipc_request_free(request);
		free(wait);
		return ret;
	}
	ret = loop_until(is_over, wait, LOOP_FOREVER);
	if (!wait->over) {
		wait->abandoned = true;
		output_error("interrupted: DPDK waits on until the timeout");
		return ret;
	}
	ret = reply_print(request, command);
	ipc_request_free(request);
	free(wait);
	return ret;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Texts over the ring pair of DPDK's simple_mp example. */

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/task.h"
#include "exchange/simple_mp.h"
#include "message/stats.h"
#include "ring/job.h"
#include "ring/worker.h"

struct sent {
	struct task task;
	int result;
	unsigned int waiting;
};

static void
on_done(struct job *job)
{
	struct sent *sent = job->ctx;

	sent->result = job->result;
	sent->waiting = job->waiting;
	free(job);
	task_over(&sent->task);
}

int
exchange_send_simple_mp(const char *text, size_t length, unsigned int *waiting)
{
	struct sent *sent = memory_zeroed(sizeof(*sent));
	struct job *job = memory_zeroed(sizeof(*job));
	int ret;

	if (job == NULL || sent == NULL) {
		free(job);
		free(sent);
		return -ECANCELED; /* -ENOMEM would mean simple_mp's mempool */
	}
	job->type = JOB_SIMPLE_MP;
	job->done = on_done;
	job->ctx = sent;
	message_build(&job->message, MESSAGE_TEXT, 0, 0, 0, text, length);
	ret = worker_submit(job);
	if (ret < 0) {
		free(sent);
		return ret;
	}
	if (task_wait_through(&sent->task) < 0)
		return -ECANCELED;
	ret = sent->result;
	*waiting = sent->waiting;
	free(sent);
	if (ret == 0) {
		stats_count(STATS_SIMPLE_MP, TRANSPORT_RING, COUNT_SENT, 1);
		stats_count(STATS_SIMPLE_MP, TRANSPORT_RING, COUNT_BYTES, length);
	} else if (ret == -ENOBUFS || ret == -ENOMEM) {
		stats_count(STATS_SIMPLE_MP, TRANSPORT_RING, COUNT_REFUSED, 1);
	}
	return ret;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A stream of numbered messages to a peer, from its start to the peer's report. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/loop.h"
#include "base/memory.h"
#include "exchange/question.h"
#include "exchange/streaming.h"
#include "message/stats.h"
#include "peers/peer.h"
#include "peers/peers.h"
#include "peers/self.h"
#include "ring/job.h"
#include "ring/stream.h"
#include "ring/worker.h"

/* How long to wait before a full ring is tried again. */
#define TRY_NS UINT64_C(1000000)

/* The peer's answer to MESSAGE_BENCH_START or MESSAGE_BENCH_END. */
struct peer_answer {
	size_t length;
	uint8_t text[sizeof(struct stream_report)];
};

static void
take_answer(struct question *question, const struct question_reply *reply)
{
	struct peer_answer *answer = question->ctx;

	answer->length = reply->length < sizeof(answer->text) ? reply->length
							      : sizeof(answer->text);
	memcpy(answer->text, reply->text, answer->length);
}

static int
ask(enum message_kind kind, unsigned int number, struct peer_answer *answer)
{
	const uint64_t deadline = loop_now() + exchange_timeout() * UINT64_C(1000000);
	struct question question;
	int ret;

	/* MESSAGE_BENCH_END goes into the ring that the stream may have filled: try
	 * until the peer has made room. */
	for (;;) {
		question = (struct question){ .on_reply = take_answer, .ctx = answer };
		ret = exchange_ask(&question, kind, number, NULL, 0, exchange_timeout());
		if (ret != -ENOBUFS || !hub_is_live())
			return ret;
		if (loop_now() >= deadline)
			return -ETIMEDOUT;
		ret = loop_pause(TRY_NS);
		if (ret != -ETIMEDOUT)
			return ret;
	}
}

static void
stream_done(struct job *job)
{
	struct stream *stream = job->ctx;

	stream->result = job->result;
	stream->over = true;
	free(job);
}

static bool
stream_over(void *ctx)
{
	return ((struct stream *)ctx)->over;
}

/* The process that a peer is, 0 if it is gone. */
static pid_t
pid_of(unsigned int number)
{
	struct peer peer;

	return hub_peer(number, &peer) ? peer.pid : 0;
}

/*
 * Wait for the stream's end, or stop it at Ctrl-C, or when its receiver is gone: of one
 * behind the switch the worker does not see that. Returns 0, -EINTR, -ECANCELED or
 * -ENOTCONN.
 */
static int
wait_stream(struct stream *stream, uint64_t progress_ns, stream_progress_t *progress,
	void *ctx)
{
	const pid_t pid = pid_of(stream->peer);
	uint64_t began = loop_now();
	int ret, ended = 0;

	while (!stream->over) {
		ret = loop_until(stream_over, stream, progress_ns);
		if (ret == -EINTR || ret == -ECANCELED)
			ended = ret;
		else if (!stream->over && (pid == 0 || pid_of(stream->peer) != pid))
			ended = -ENOTCONN;
		if (ended != 0)
			__atomic_store_n(&stream->stop, 1, __ATOMIC_RELAXED);
		if (!stream->over)
			progress(ctx, __atomic_load_n(&stream->sent, __ATOMIC_RELAXED),
				loop_now() - began);
		if (ret == -ECANCELED) {
			worker_stop(); /* the job uses stream: end it first */
			break;
		}
	}
	return ended;
}

int
exchange_stream(struct stream *stream, uint64_t progress_ns, stream_progress_t *progress,
	void *ctx, struct stream_report *report)
{
	struct job *job = memory_zeroed(sizeof(*job));
	struct peer_answer answer;
	int ret;

	if (job == NULL)
		return -ENOMEM;
	ret = ask(MESSAGE_BENCH_START, stream->peer, &answer);
	if (ret < 0) {
		free(job);
		return ret;
	}
	stream->source = hub_number();
	stream->generation = hub_generation();
	job->type = JOB_STREAM;
	job->done = stream_done;
	job->ctx = stream;
	ret = worker_submit(job);
	if (ret < 0)
		return ret;
	ret = wait_stream(stream, progress_ns, progress, ctx);
	if (ret == -ECANCELED || ret == -ENOTCONN)
		return ret;
	ret = ask(MESSAGE_BENCH_END, stream->peer, &answer);
	if (ret < 0)
		return ret;
	if (answer.length != sizeof(*report))
		return -EBADMSG;
	memcpy(report, answer.text, sizeof(*report));
	stats_count(stream->peer, TRANSPORT_RING, COUNT_BYTES,
		(int64_t)stream->sent * stream->size);
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The stream that bench measures: numbered messages from one worker to another, through
 * the same channels as all other messages, checked and counted where they arrive. While
 * a stream runs, only the worker may touch it, except for the fields marked atomic.
 */

#ifndef MPSH_RING_STREAM_H
#define MPSH_RING_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/histogram.h"
#include "message/message.h"
#include "ring/channel.h"

#define STREAM_BURST_MAX 64

/* The most messages of a stream that a worker sends, or takes of a link, in one turn. */
#define STREAM_ROUND 128

/* Slots of a ring that a stream leaves for other messages. */
#define STREAM_RESERVE 32

/* The sender's side. The caller of JOB_STREAM owns it and fills in the first part. */
struct stream {
	unsigned int peer;
	unsigned int source; /* this process's number */
	uint8_t generation;  /* of this process's place */
	unsigned int size;   /* of each text, in bytes */
	unsigned int burst;  /* messages, at most STREAM_BURST_MAX */
	uint64_t duration;   /* TSC ticks */

	uint32_t peer_generation; /* of the peer's place, set by the worker */
	uint32_t stop;            /* atomic: the main thread wants the stream to end */
	uint64_t sent;            /* atomic: messages so far */
	uint64_t began, ended;    /* TSC */
	int result;               /* set by the main thread when the job is done */
	bool over;                /* set by the main thread when the job is done */
	struct message message;   /* sent again and again; only count and stamp change */
};

/* What the receiver has counted: the text of a MESSAGE_BENCH_REPORT. */
struct stream_report {
	uint64_t received;
	uint64_t lost;     /* numbers that never came */
	uint64_t disorder; /* repeated, or out of order */
	uint64_t bytes;    /* of text */

	/* One-way times; the receiver samples one message of each burst. */
	uint64_t p50_ns, p99_ns, p9999_ns, max_ns;
};

/* The counts of a stream from one source. */
struct stream_count {
	uint8_t generation; /* of the sender */
	uint32_t next;      /* the number expected next */
	struct stream_report report;
	struct histogram one_way;
};

/* Build the message to send, and start the time. */
void stream_begin(struct stream *stream);

/*
 * Send bursts into channel, STREAM_ROUND messages at most, but leave reserve slots free.
 * Each burst is published by itself. Returns how many messages were sent, or -EBADMSG.
 * The caller rings the doorbell.
 */
int stream_send(struct stream *stream, struct channel *channel, unsigned int reserve);

/* Is the stream's time up, or was it stopped? */
bool stream_is_over(const struct stream *stream);

/* Set all counts to 0, for a new stream of a sender of this generation. */
void stream_count_begin(struct stream_count *count, uint8_t generation);

/*
 * Of the n messages that wait in channel, count the first ones, up to the first that is
 * not of the stream from source to destination. Returns how many were counted; the
 * caller releases them.
 */
unsigned int stream_take(struct stream_count *count, struct channel *channel,
	unsigned int n, unsigned int source, unsigned int destination);

/* Count one message of a stream, of which message_check() has been called. */
void stream_take_one(struct stream_count *count, const struct message *message);

/* Fill in *report with the counts so far. */
void stream_report(const struct stream_count *count, struct stream_report *report);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The stream that bench measures: numbered messages from one worker to another through
 * the same channels as all others, checked and counted where they arrive. The workers'
 * alone, but for the fields marked atomic.
 */

#ifndef MPSH_RING_STREAM_H
#define MPSH_RING_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/histogram.h"
#include "message/message.h"
#include "ring/channel.h"

#define STREAM_BURST_MAX 64

/* Slots of a ring that a stream leaves for other messages. */
#define STREAM_RESERVE 32

/* The sending side: of the command, which fills the first part. */
struct stream {
	unsigned int peer;
	unsigned int source; /* our own number */
	unsigned int size;   /* of a text, in bytes */
	unsigned int burst;
	uint64_t duration; /* TSC ticks */

	uint32_t stop;         /* atomic: end now */
	uint64_t sent;         /* atomic: messages so far */
	uint64_t began, ended; /* TSC */
	int result;            /* the main thread's, when the job is done */
	bool over;
	struct message message; /* the one that is sent, with another count each time */
};

/* The receiving side's own count, as it comes back in a MESSAGE_BENCH_REPORT. */
struct stream_report {
	uint64_t received;
	uint64_t lost;     /* numbers that never came */
	uint64_t disorder; /* repeated, or out of order */
	uint64_t bytes;    /* of text */
	uint64_t p50_ns, p99_ns, p9999_ns,
		max_ns; /* one way, of a sample of one a burst */
};

/* The counts of a stream from one source. */
struct stream_count {
	uint32_t next; /* the number that should come */
	struct stream_report report;
	struct histogram one_way;
};

/* Begin: the message to send is made. */
void stream_begin(struct stream *stream);

/*
 * Send up to a burst into channel, whose last slots, so many as reserve, stay free; how
 * many, or -EBADMSG. The caller rings the doorbell.
 */
int stream_send(struct stream *stream, struct channel *channel, unsigned int reserve);

/* Is it over: its time is up, or it was stopped? */
bool stream_is_over(const struct stream *stream);

/* Begin to count what comes from a source. */
void stream_count_begin(struct stream_count *count);

/*
 * Take the messages of a stream that stand first among the n that wait in channel, from
 * source to destination. Returns how many there were; the caller releases them. Others
 * are left alone.
 */
unsigned int stream_take(struct stream_count *count, struct channel *channel,
	unsigned int n, unsigned int source, unsigned int destination);

/* Count a message of a stream that came among others, and was checked. */
void stream_take_one(struct stream_count *count, const struct message *message);

/* The count so far. */
void stream_report(const struct stream_count *count, struct stream_report *report);

#endif

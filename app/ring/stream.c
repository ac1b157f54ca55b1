/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The stream that bench measures: sending numbered messages, and counting them. */

#include <errno.h>
#include <string.h>

#include <rte_cycles.h>

#include "base/ticks.h"
#include "ring/stream.h"

void
stream_begin(struct stream *stream)
{
	struct message *message = &stream->message;
	unsigned int i;

	message_build(message, MESSAGE_BENCH, stream->source, stream->peer, 0, NULL, 0);
	message->generation = stream->generation;
	message->length = stream->size;
	for (i = 0; i < stream->size; i++)
		message->text[i] = 'a' + i % 26;
	stream->began = rte_rdtsc();
}

/* Send a burst. Returns how many messages were sent, or -EBADMSG. */
static inline int
send_burst(struct stream *stream, struct channel *channel, unsigned int reserve)
{
	struct message *message = &stream->message;
	unsigned int i, n = stream->burst;
	int room = channel_room(channel, n + reserve);

	if (room < 0)
		return room;
	if ((unsigned int)room <= reserve)
		return 0;
	n = RTE_MIN(n, room - reserve);
	message->stamp = rte_rdtsc();
	for (i = 0; i < n; i++) {
		channel_take_back(channel, i, message->length);
		channel_fill(channel, i, message);
		((struct message *)channel_slot(channel, i))->count = message->count + i;
	}
	message->count += n;
	channel_publish(channel, n);
	return n;
}

int
stream_send(struct stream *stream, struct channel *channel, unsigned int reserve)
{
	unsigned int sent = 0;
	int n;

	do {
		n = send_burst(stream, channel, reserve);
		if (n > 0)
			sent += n;
	} while (n > 0 && sent + stream->burst <= STREAM_ROUND);
	__atomic_store_n(&stream->sent, stream->sent + sent, __ATOMIC_RELAXED);
	return n < 0 ? n : (int)sent;
}

bool
stream_is_over(const struct stream *stream)
{
	return __atomic_load_n(&stream->stop, __ATOMIC_RELAXED) != 0 ||
		rte_rdtsc() - stream->began >= stream->duration;
}

void
stream_count_begin(struct stream_count *count, uint8_t generation)
{
	count->generation = generation;
	count->next = 0;
	memset(&count->report, 0, sizeof(count->report));
	histogram_reset(&count->one_way);
}

/*
 * Another number than the expected one: ahead of it is a loss, behind it is disorder.
 */
static void
count_gap(struct stream_count *count, uint32_t number)
{
	uint32_t ahead = number - count->next;

	if (ahead < UINT32_MAX / 2) {
		count->report.lost += ahead;
		count->next = number;
	} else {
		count->report.disorder++;
		count->next = number; /* it is counted once, whatever follows */
	}
}

static inline void
count_one(struct stream_count *count, const struct message *message)
{
	if (message->count != count->next)
		count_gap(count, message->count);
	count->next++;
	count->report.received++;
	count->report.bytes += message->length;
}

/* Record a one-way time. stamp: TSC when the message was put into the ring. */
static void
count_time(struct stream_count *count, uint64_t stamp)
{
	uint64_t now = rte_rdtsc();

	histogram_record(&count->one_way, now > stamp ? ticks_to_ns(now - stamp) : 0);
}

void
stream_take_one(struct stream_count *count, const struct message *message)
{
	count_one(count, message);
	count_time(count, message->stamp);
}

unsigned int
stream_take(struct stream_count *count, struct channel *channel, unsigned int n,
	unsigned int source, unsigned int destination)
{
	struct message message;
	uint64_t stamp = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		channel_fetch(channel, i);
		channel_take(channel, i, &message);
		if (message.kind != MESSAGE_BENCH || message.magic != MESSAGE_MAGIC ||
			message.generation != count->generation ||
			message.source != source || message.destination != destination ||
			message.length > MESSAGE_TEXT_MAX)
			break;
		count_one(count, &message);
		stamp = message.stamp;
	}
	if (i != 0)
		count_time(count, stamp);
	return i;
}

void
stream_report(const struct stream_count *count, struct stream_report *report)
{
	*report = count->report;
	report->p50_ns = histogram_percentile(&count->one_way, 50);
	report->p99_ns = histogram_percentile(&count->one_way, 99);
	report->p9999_ns = histogram_percentile(&count->one_way, 99.99);
	report->max_ns = histogram_percentile(&count->one_way, 100);
}

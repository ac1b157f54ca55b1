/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* bench: measures how fast a transport is: the ring with a one-way stream, rte_mp with
 * round trips.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/ticks.h"
#include "cmds/cmds.h"
#include "cmds/taken.h"
#include "cmds/target.h"
#include "exchange/question.h"
#include "exchange/round_trip.h"
#include "exchange/streaming.h"
#include "grammar/args.h"
#include "output/output.h"
#include "peers/peers.h"
#include "peers/self.h"
#include "ring/stream.h"
#include "shell/prompt.h"

#define PROGRESS_NS UINT64_C(250000000)

struct bench {
	struct target target;
	uint64_t seconds;
	unsigned int size, burst;
	uint64_t messages, lost, disorder, bytes, ns;
	uint64_t p50_ns, p99_ns, p9999_ns, max_ns;
};

static void
show_progress(void *ctx, uint64_t messages, uint64_t ns)
{
	const struct bench *bench = ctx;
	char line[128];

	if (ns == 0)
		return;
	snprintf(line, sizeof(line), "%s: %.3f s, %" PRIu64 " messages, %.0f/s",
		hub_peer_name(bench->target.number).text, ns / 1e9, messages,
		messages * 1e9 / ns);
	console_progress(line);
}

static int
run_stream(struct bench *bench, struct stream *stream)
{
	struct stream_report report = { 0 };
	int ret;

	stream->peer = bench->target.number;
	stream->size = bench->size;
	stream->burst = bench->burst;
	stream->duration = bench->seconds * ticks_hz();
	ret = exchange_stream(stream, PROGRESS_NS, show_progress, bench, &report);
	console_progress(NULL);
	if (ret < 0)
		return ret;
	bench->messages = report.received;
	bench->lost = stream->sent > report.received ? stream->sent - report.received : 0;
	bench->disorder = report.disorder;
	bench->bytes = report.bytes;
	bench->ns = ticks_to_ns(stream->ended - stream->began);
	bench->p50_ns = report.p50_ns;
	bench->p99_ns = report.p99_ns;
	bench->p9999_ns = report.p9999_ns;
	bench->max_ns = report.max_ns;
	return stream->result;
}

/* Round trips over rte_mp, one after another. */
static int
run_round_trips(struct bench *bench)
{
	uint64_t began = loop_now(), shown = began, until, rtt_ns;
	struct histogram *times = memory_get(sizeof(*times));
	int ret = 0;

	if (times == NULL)
		return -ENOMEM;
	histogram_reset(times);
	until = began + bench->seconds * UINT64_C(1000000000);
	while (loop_now() < until) {
		ret = round_trip(TRANSPORT_MP, bench->target.number, bench->size,
			exchange_timeout(), &rtt_ns);
		if (ret == -EINTR || ret == -ECANCELED || ret == -ENOMEM ||
			!hub_is_live())
			break;
		if (ret == 0) {
			bench->messages++;
			bench->bytes += bench->size;
			histogram_record(times, rtt_ns);
		} else {
			bench->lost++;
		}
		if (loop_now() - shown >= PROGRESS_NS) {
			shown = loop_now();
			show_progress(bench, bench->messages, shown - began);
		}
	}
	console_progress(NULL);
	bench->ns = loop_now() - began;
	bench->p50_ns = histogram_percentile(times, 50);
	bench->p99_ns = histogram_percentile(times, 99);
	bench->p9999_ns = histogram_percentile(times, 99.99);
	bench->max_ns = histogram_percentile(times, 100);
	free(times);
	return ret == -EINTR ? 0 : bench->messages != 0 ? 0 : ret;
}

/* Lines of 60 columns at most, whoever the peer is. */
static void
view(const json_t *result)
{
	const json_t *each = json_object_get(result, "ns_per_message");
	const char *peer, *transport;
	json_int_t messages, lost, disorder;
	double seconds, rate;

	json_unpack((json_t *)result, "{s:s, s:s, s:I, s:I, s:I, s:F, s:F}", "peer",
		&peer, "transport", &transport, "messages", &messages, "lost", &lost,
		"disorder", &disorder, "seconds", &seconds, "messages_per_s", &rate);
	output_line("%" JSON_INTEGER_FORMAT " messages to %s over %s", messages, peer,
		transport);
	output_line("%s in %.3f s: %.0f/s, %.1f ns each",
		strcmp(transport, "ring") == 0 ? "one way" : "round trips", seconds, rate,
		json_number_value(each));
	output_line("p50 %s, p99 %s, p99.99 %s, max %s",
		output_duration_of(result, "p50_ns").text,
		output_duration_of(result, "p99_ns").text,
		output_duration_of(result, "p9999_ns").text,
		output_duration_of(result, "max_ns").text);
	output_line("%" JSON_INTEGER_FORMAT " lost, %" JSON_INTEGER_FORMAT
		    " repeated or out of order",
		lost, disorder);
	taken_say(json_object_get(result, "jitter"));
}

/* A duration of the messages that came, null without any. */
static json_t *
ns_of(const struct bench *bench, uint64_t ns)
{
	return json_of_number(bench->messages != 0, ns);
}

static json_t *
to_json(const struct bench *bench)
{
	bool any = bench->messages != 0;

	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:f, s:f, s:o, s:o, s:o, s:o, "
			 "s:o, s:o}",
		"peer", hub_peer_name(bench->target.number).text, "transport",
		transport_name(bench->target.transport), "messages",
		(json_int_t)bench->messages, "lost", (json_int_t)bench->lost, "disorder",
		(json_int_t)bench->disorder, "bytes", (json_int_t)bench->bytes, "seconds",
		bench->ns / 1e9, "messages_per_s",
		bench->ns != 0 ? bench->messages * 1e9 / bench->ns : 0.0,
		"ns_per_message",
		any ? json_real((double)bench->ns / bench->messages) : json_null(),
		"p50_ns", ns_of(bench, bench->p50_ns), "p99_ns",
		ns_of(bench, bench->p99_ns), "p9999_ns", ns_of(bench, bench->p9999_ns),
		"max_ns", ns_of(bench, bench->max_ns), "jitter",
		taken_from(&bench->target));
}

/* Over the ring the form's limit holds. */
static int
check(const struct args *args, char *error, size_t size)
{
	if (target_transport(args) == TRANSPORT_RING ||
		args_number(args, "size", 0) <= MESSAGE_BROADCAST_MAX)
		return 0;
	snprintf(error, size, "size must be 1 to %d", MESSAGE_BROADCAST_MAX);
	return -EINVAL;
}

static int
run(const struct args *args)
{
	struct bench bench = {
		.seconds = args_number(args, "seconds", 3),
		.size = args_number(args, "size", 64),
		.burst = args_number(args, "burst", 32),
	};
	struct stream *stream;
	int ret = target_resolve(args, &bench.target);

	if (ret < 0)
		return ret;
	if (bench.target.transport == TRANSPORT_RING) {
		stream = memory_zeroed(sizeof(*stream));
		ret = stream == NULL ? -ENOMEM : run_stream(&bench, stream);
		free(stream);
	} else {
		ret = run_round_trips(&bench);
	}
	if (ret < 0) {
		if (!hub_is_live())
			output_error("the primary is gone");
		else if (ret == -ETIMEDOUT)
			output_error("no reply from %s within %u ms",
				hub_peer_name(bench.target.number).text,
				exchange_timeout());
		else if (ret == -ENOTCONN)
			output_error(
				"%s is gone", hub_peer_name(bench.target.number).text);
		else if (ret == -EINTR || ret == -ECANCELED)
			output_error("interrupted before there was a result");
		else if (ret == -ENOMEM)
			output_no_memory();
		else
			output_error("%s", strerror(-ret));
		return ret;
	}
	output_result("bench", to_json(&bench), view);
	return bench.lost == 0 && bench.disorder == 0 ? 0 : -EIO;
}

const struct command command_bench = {
	.name = "bench",
	.group = GROUP_MEASURE,
	.forms =
		(const char *const[]){
			"[<peer>] [via ring|mp] [seconds <seconds:1-3600>] "
			"[size <size:1-1000>] [burst <burst:1-64>]",
			NULL },
	.brief = "how fast the transport is: a one-way stream, or round trips",
	.detail = "3 s, 64 bytes of text, bursts of 32. Every message is numbered; the "
		  "receiver counts\n"
		  "what came, was lost, repeated or out of order. A size up to 1000 over "
		  "the ring, 200\n"
		  "over rte_mp. A peer is needed only where sendto would be. The last "
		  "line says what\n"
		  "the host took of the CPUs afterwards, as jitter measures it.",
	.example = "bench via ring seconds 1 size 64 burst 32",
	.needs = COMMAND_NEEDS_HUB | COMMAND_NEEDS_LIVE,
	.check = check,
	.run = run,
};

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* ping: round trips, one after another, and their percentiles. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/histogram.h"
#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "cmds/bars.h"
#include "cmds/cmds.h"
#include "cmds/target.h"
#include "exchange/question.h"
#include "exchange/round_trip.h"
#include "grammar/args.h"
#include "output/output.h"
#include "peers/peers.h"
#include "peers/self.h"

#define COLUMNS 60      /* of a line at most */
#define RTTS_MAX 100000 /* round trips listed in JSON; the histogram counts all */

struct pings {
	struct target target;
	struct histogram times;
	json_t *rtts;
	uint64_t sent;
};

/* A line of 60 columns at most: of long names with many pings it says less. */
static void
say_reply(const struct pings *pings, const char *name, uint64_t count, uint64_t rtt_ns)
{
	char line[128], of[32] = "";

	if (count != 0)
		snprintf(of, sizeof(of), " of %" PRIu64, count);
	snprintf(line, sizeof(line), "reply from %s: %" PRIu64 "%s (%s, %s)", name,
		pings->sent, of, transport_name(pings->target.transport),
		output_duration(rtt_ns).text);
	if (strlen(line) > COLUMNS)
		snprintf(line, sizeof(line), "%s: %" PRIu64 " (%s, %s)", name,
			pings->sent, transport_name(pings->target.transport),
			output_duration(rtt_ns).text);
	output_line("%s", line);
}

static int
ping_once(struct pings *pings, uint64_t count)
{
	uint32_t timeout_ms = exchange_timeout();
	uint64_t rtt_ns = 0;
	struct peer_name name;
	int ret;

	pings->sent++;
	ret = round_trip(
		pings->target.transport, pings->target.number, 4, timeout_ms, &rtt_ns);
	name = hub_peer_name(pings->target.number);
	if (ret == 0) {
		histogram_record(&pings->times, rtt_ns);
		if (json_array_size(pings->rtts) < RTTS_MAX)
			json_array_append_new(pings->rtts, json_integer(rtt_ns));
		say_reply(pings, name.text, count, rtt_ns);
	} else if (ret == -ETIMEDOUT) {
		output_line("no reply from %s within %u ms", name.text, timeout_ms);
	} else if (ret == -ENOBUFS) {
		output_line("ring to %s is full", name.text);
	} else if (ret == -ENOMEM) {
		pings->sent--;
		output_no_memory();
	} else if (ret != -EINTR && ret != -ECANCELED) {
		output_line("%s: %s", name.text, strerror(-ret));
	}
	return ret;
}

static void
view(const json_t *result)
{
	output_line("%" JSON_INTEGER_FORMAT " sent, %" JSON_INTEGER_FORMAT " lost",
		json_integer_value(json_object_get(result, "sent")),
		json_integer_value(json_object_get(result, "lost")));
	output_line("min %s, p50 %s, p99 %s, max %s",
		output_duration_of(result, "min_ns").text,
		output_duration_of(result, "p50_ns").text,
		output_duration_of(result, "p99_ns").text,
		output_duration_of(result, "max_ns").text);
}

static void
summarize(struct pings *pings)
{
	const struct histogram *times = &pings->times;

	output_result("ping",
		json_pack("{s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "peer",
			hub_peer_name(pings->target.number).text, "transport",
			transport_name(pings->target.transport), "sent",
			(json_int_t)pings->sent, "received", (json_int_t)times->count,
			"lost", (json_int_t)(pings->sent - times->count), "min_ns",
			json_of_percentile(times, 0), "p50_ns",
			json_of_percentile(times, 50), "p99_ns",
			json_of_percentile(times, 99), "max_ns",
			json_of_percentile(times, 100), "rtts_ns", pings->rtts),
		view);
	if (times->count != 0 && !output_is_json())
		bars_print(times);
}

static int
run(const struct args *args)
{
	uint64_t count = args_number(args, "count", 5);
	uint64_t interval = args_number(args, "interval", 1000) * UINT64_C(1000000);
	struct pings *pings = memory_zeroed(sizeof(*pings));
	int ret;

	if (pings == NULL)
		return output_no_memory();
	ret = target_resolve(args, &pings->target);
	if (ret < 0) {
		free(pings);
		return ret;
	}
	histogram_reset(&pings->times);
	pings->rtts = json_array();
	do {
		uint64_t next = loop_now() + interval, now;

		ret = ping_once(pings, count);
		if (ret == -EINTR || ret == -ECANCELED || ret == -ENOMEM ||
			!hub_is_live())
			break;
		now = loop_now();
		ret = pings->sent == count ? 0 : loop_pause(next > now ? next - now : 0);
	} while ((ret == 0 || ret == -ETIMEDOUT) && pings->sent != count);
	if (ret != -ENOMEM || pings->sent != 0)
		summarize(pings);
	else
		json_decref(pings->rtts);
	if (!hub_is_live())
		output_error("the primary is gone");
	if (ret != -ENOMEM)
		ret = pings->times.count == pings->sent && hub_is_live() ? 0 : -ETIMEDOUT;
	free(pings);
	return ret;
}

const struct command command_ping = {
	.name = "ping",
	.group = GROUP_MEASURE,
	.forms =
		(const char *const[]){
			"[<peer>] [via ring|mp] [count <count:0-1000000000>] [interval "
			"<interval:0-3600000>]",
			NULL },
	.brief = "round trips, with percentiles",
	.detail = "5 times, a second apart; count 0: until Ctrl-C. interval is in ms. A "
		  "peer is needed\n"
		  "only where sendto would be. Nothing is shown at the other end.",
	.example = "ping via mp count 10 interval 100",
	.needs = COMMAND_NEEDS_HUB | COMMAND_NEEDS_LIVE,
	.run = run,
};

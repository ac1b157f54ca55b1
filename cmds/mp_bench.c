/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* mp bench: round trips to the handler of an action, as ping makes them to a peer. */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/histogram.h"
#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/ticks.h"
#include "cmds/bars.h"
#include "cmds/cmds.h"
#include "cmds/mp.h"
#include "exchange/mp_request.h"
#include "exchange/question.h"
#include "grammar/args.h"
#include "mp/payload.h"
#include "output/output.h"
#include "peers/self.h"
#include "shell/prompt.h"

#define SECOND UINT64_C(1000000000)
#define PROGRESS_NS (SECOND / 4)

struct bench {
	const struct args *args;
	const char *action;
	uint64_t began, shown; /* loop_now() */
	uint64_t sent, lost;
	struct histogram times;
	char error[1024]; /* of the last that was lost */
};

static void
show_progress(struct bench *bench)
{
	char line[128];
	uint64_t now = loop_now();

	if (now - bench->shown < PROGRESS_NS)
		return;
	bench->shown = now;
	snprintf(line, sizeof(line), "%.3f s, %" PRIu64 " replies, %.0f/s",
		(now - bench->began) / 1e9, bench->times.count,
		bench->times.count * 1e9 / (now - bench->began));
	console_progress(line);
}

/* Without an error that was printed the outcome is counted. */
static int
ask(struct bench *bench)
{
	struct ipc_request *request;
	struct payload payload;
	int ret = mp_get_payload(bench->args, &payload);

	if (ret < 0)
		return ret;
	request = memory_zeroed(sizeof(*request));
	if (request == NULL) {
		payload_close(&payload);
		return output_no_memory();
	}
	strcpy(request->action, bench->action);
	memcpy(request->payload, payload.bytes, payload.length);
	request->length = payload.length;
	memcpy(request->fds, payload.fds, sizeof(payload.fds));
	request->n_fds = payload.n_fds;
	request->timeout_ms = exchange_timeout();
	ret = mp_request_ask(&request);
	if (ret < 0) {
		/* One that is given up has them until it ends. */
		if (ret != -EINTR && ret != -ECANCELED)
			payload_close(&payload);
		return ret;
	}
	bench->sent++;
	if (mp_request_is_answered(request)) {
		histogram_record(&bench->times, ticks_to_ns(request->ticks));
	} else {
		bench->lost++;
		snprintf(bench->error, sizeof(bench->error), "%s",
			request->result < 0 ? request->error : "");
	}
	ret = request->result == 0 && request->n_sent == 0 ? -ENOENT : 0;
	ipc_request_free(request);
	return ret;
}

/* Ask until the time is over. Returns 0, or the error that ended it before. */
static int
measure(struct bench *bench, uint64_t seconds, uint64_t rate)
{
	uint64_t interval = rate != 0 ? SECOND / rate : 0, next, now;
	int ret = 0;

	bench->began = bench->shown = next = loop_now();
	while (ret == 0 && hub_is_live() &&
		loop_now() - bench->began < seconds * SECOND) {
		ret = ask(bench);
		show_progress(bench);
		if (ret < 0 || interval == 0)
			continue;
		now = loop_now();
		next = next + interval > now ? next + interval : now;
		ret = next > now ? loop_pause(next - now) : 0;
		if (ret == -ETIMEDOUT)
			ret = 0;
	}
	console_progress(NULL);
	return ret;
}

static void
view(const json_t *result)
{
	json_int_t sent, lost;
	double seconds, rate;

	json_unpack((json_t *)result, "{s:I, s:I, s:F, s:F}", "sent", &sent, "lost",
		&lost, "seconds", &seconds, "per_s", &rate);
	output_line("%" JSON_INTEGER_FORMAT " sent, %" JSON_INTEGER_FORMAT " lost", sent,
		lost);
	output_line("round trips in %.3f s: %.0f/s", seconds, rate);
	output_line("min %s, p50 %s, p99 %s, max %s",
		output_duration_of(result, "min_ns").text,
		output_duration_of(result, "p50_ns").text,
		output_duration_of(result, "p99_ns").text,
		output_duration_of(result, "max_ns").text);
}

static void
summarize(struct bench *bench)
{
	const struct histogram *times = &bench->times;
	double seconds = (loop_now() - bench->began) / 1e9;

	output_result("mp_bench",
		json_pack("{s:o, s:I, s:I, s:I, s:f, s:f, s:o, s:o, s:o, s:o}", "action",
			json_of_string(bench->action), "sent", (json_int_t)bench->sent,
			"replied", (json_int_t)times->count, "lost",
			(json_int_t)bench->lost, "seconds", seconds, "per_s",
			seconds > 0 ? times->count / seconds : 0.0, "min_ns",
			json_of_percentile(times, 0), "p50_ns",
			json_of_percentile(times, 50), "p99_ns",
			json_of_percentile(times, 99), "max_ns",
			json_of_percentile(times, 100)),
		view);
	if (times->count != 0 && !output_is_json())
		bars_print(times);
}

/* Why it ended before its time, or what was lost. Returns 0 or a negative errno. */
static int
say_end(const struct bench *bench, int ret)
{
	if (ret == -ENOENT)
		output_error("no other process is in the group");
	else if (ret == -EEXIST)
		output_error("a request to %s is still pending",
			output_escape(bench->action, strlen(bench->action)).text);
	else if (!hub_is_live())
		output_error("the primary is gone");
	else if (bench->lost > 0)
		output_error("request failed: %s", bench->error);
	else if (ret == -EINTR && bench->sent == 0)
		output_error("interrupted before there was a result");
	else if (ret == -EINTR || ret == -ECANCELED)
		return bench->sent > 0 ? 0 : ret;
	else if (ret < 0 && !output_has_error())
		output_error("request failed: %s", strerror(-ret));
	else
		return ret;
	return ret < 0 ? ret : -EIO;
}

static int
run(const struct args *args)
{
	struct bench *bench;
	const char *action = mp_get_action(args);
	int ret;

	if (action == NULL)
		return -E2BIG;
	bench = memory_zeroed(sizeof(*bench));
	if (bench == NULL)
		return output_no_memory();
	bench->args = args;
	bench->action = action;
	ret = measure(
		bench, args_number(args, "seconds", 3), args_number(args, "rate", 0));
	if (bench->sent > 0 && ret != -ENOENT)
		summarize(bench);
	ret = say_end(bench, ret);
	free(bench);
	return ret;
}

const struct command command_mp_bench = {
	.name = "mp bench",
	.group = GROUP_MP,
	.forms =
		(const char *const[]){
			"<action!> [seconds <seconds:1-3600>] [rate <rate:1-1000000>] "
			"[<payload>]",
			NULL },
	.brief = "round trips to a handler, with percentiles",
	.detail =
		"mp request, one after another as fast as they go, or so many a second, "
		"for 3 s.\n"
		"A payload that begins with seconds or rate is given as hex:. A primary "
		"asks every\n"
		"process each time, and all of them must answer.",
	.example = "mp bench my_action seconds 1 rate 1000 hex:00ff10",
	.needs = COMMAND_NEEDS_LIVE,
	.check = mp_check_payload,
	.run = run,
};

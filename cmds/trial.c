/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Shows what mp fuzz has found: changes, findings, and the payload that did it. */

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "cmds/trial.h"
#include "exchange/fuzz.h"
#include "host/process.h"
#include "mp/silence.h"
#include "output/output.h"

#define KIB 1024.0

/* A process's memory comes and goes by some pages. */
#define MEMORY_CHANGE INT64_C(262144)

/*
 * What grows by as much is taken for a leak, when it still did in the second half: of
 * memory in bytes, of the rest one for ten payloads, and not a few.
 */
#define MEMORY_LEAK INT64_C(1048576)
#define HEAP_LEAK INT64_C(65536)
#define COUNT_LEAK 10

#define COMMAND_SIZE (IPC_PAYLOAD_MAX * 2 + 512)

static void put(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Append to a list. */
static void
put(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list list;

	if (length > 0)
		length += snprintf(text + length, size - length, ", ");
	va_start(list, format);
	if (length < size)
		vsnprintf(text + length, size - length, format, list);
	va_end(list);
}

/* Has one number become another? Neither is one that is not known. */
static bool
differ(int64_t before, int64_t now, int64_t by)
{
	return before >= 0 && now >= 0 &&
		(now > before ? now - before : before - now) >= by;
}

static void
put_changes(
	const struct vitals *before, const struct vitals *now, char *text, size_t size)
{
	text[0] = '\0';
	if (!now->lives) {
		put(text, size, "it has ended");
		return;
	}
	if (before->has_mp_thread && !now->has_mp_thread)
		put(text, size, "its rte_mp thread has ended");
	if (differ(before->descriptors, now->descriptors, 1))
		put(text, size, "descriptors %" PRId64 " -> %" PRId64,
			before->descriptors, now->descriptors);
	if (differ(before->threads, now->threads, 1))
		put(text, size, "threads %" PRId64 " -> %" PRId64, before->threads,
			now->threads);
	if (differ(before->resident, now->resident, MEMORY_CHANGE))
		put(text, size, "memory %.1f -> %.1f MiB", before->resident / KIB / KIB,
			now->resident / KIB / KIB);
	if (differ(before->heap, now->heap, 1))
		put(text, size, "heap %.1f -> %.1f KiB", before->heap / KIB,
			now->heap / KIB);
}

void
trial_show_round(const struct fuzz *fuzz)
{
	char changes[256];

	put_changes(&fuzz->before, &fuzz->now, changes, sizeof(changes));
	output_line("%" PRIu64 " sent, %" PRIu64 " answered: %s", fuzz->sent,
		fuzz->replied, changes[0] != '\0' ? changes : "nothing has changed");
}

/* ---- findings ---- */

/* A payload as the command that sends it. */
static void
put_command(const struct fuzz *fuzz, const struct fuzz_payload *payload,
	char command[COMMAND_SIZE])
{
	char action[TEXT_ESCAPED_SIZE(IPC_ACTION_SIZE)];
	size_t at;
	int i;

	text_escape(action, (const uint8_t *)fuzz->action, strlen(fuzz->action));
	at = snprintf(command, COMMAND_SIZE - IPC_PAYLOAD_MAX * 2 - 64, "mp request %s",
		action);
	for (i = 0; i < payload->n_fds; i++)
		at += snprintf(command + at, COMMAND_SIZE - at, " fd:/dev/null");
	at += snprintf(command + at, COMMAND_SIZE - at, " hex:");
	text_hex(command + at, payload->payload.bytes, payload->payload.length);
}

static void
add(json_t *findings, const char *who, const char *what)
{
	json_array_append_new(findings, json_sprintf("%s %s", who, what));
}

static void
add_broken(json_t *findings, const struct fuzz *fuzz, const char *who)
{
	char why[1024], what[1200];

	if (!fuzz->now.lives) {
		add(findings, who, "has died at the last payload");
		return;
	}
	silence_explain(fuzz->pid, fuzz->action, why, sizeof(why));
	snprintf(what, sizeof(what), "answers no more since the last payload%s", why);
	add(findings, who, what);
}

/* Does a number grow on, by so much in all? */
static bool
grows(int64_t before, int64_t half, int64_t now, int64_t least)
{
	int64_t all = now - before;

	if (before < 0 || now < 0 || all < least)
		return false;
	return half < 0 || now - half >= all / 4;
}

static void
add_growth(json_t *findings, const struct fuzz *fuzz, const char *who)
{
	const struct vitals *before = &fuzz->before, *half = &fuzz->half,
			    *now = &fuzz->now;
	bool has_half = half->lives;
	int64_t least = (int64_t)fuzz->sent / 10;
	char what[160];

	if (least < COUNT_LEAK)
		least = COUNT_LEAK;
	if (grows(before->descriptors, has_half ? half->descriptors : -1,
		    now->descriptors, least)) {
		snprintf(what, sizeof(what),
			"leaks descriptors: %" PRId64 " -> %" PRId64 " in %" PRIu64
			" payloads",
			before->descriptors, now->descriptors, fuzz->sent);
		add(findings, who, what);
	}
	if (grows(before->threads, has_half ? half->threads : -1, now->threads, least)) {
		snprintf(what, sizeof(what),
			"leaks threads: %" PRId64 " -> %" PRId64 " in %" PRIu64
			" payloads",
			before->threads, now->threads, fuzz->sent);
		add(findings, who, what);
	}
	if (grows(before->resident, has_half ? half->resident : -1, now->resident,
		    MEMORY_LEAK)) {
		snprintf(what, sizeof(what),
			"grows: %.1f -> %.1f MiB of memory in %" PRIu64 " payloads",
			before->resident / KIB / KIB, now->resident / KIB / KIB,
			fuzz->sent);
		add(findings, who, what);
	}
	if (grows(before->heap, has_half ? half->heap : -1, now->heap, HEAP_LEAK)) {
		snprintf(what, sizeof(what),
			"takes of the group's heap: %.1f -> %.1f KiB in %" PRIu64
			" payloads",
			before->heap / KIB, now->heap / KIB, fuzz->sent);
		add(findings, who, what);
	}
}

static json_t *
findings_of(const struct fuzz *fuzz)
{
	json_t *findings = json_array();
	char name[16], who[64];

	host_process_name(fuzz->pid, name);
	snprintf(who, sizeof(who), fuzz->now.lives ? "pid %d (%s)" : "pid %d",
		(int)fuzz->pid, name);
	if (fuzz->end == FUZZ_BROKEN)
		add_broken(findings, fuzz, who);
	if (fuzz->now.lives)
		add_growth(findings, fuzz, who);
	return findings;
}

/* ---- the outcome ---- */

static json_t *
known(int64_t number)
{
	return json_of_number(number >= 0, number);
}

static json_t *
worst_of(const struct fuzz *fuzz)
{
	char hex[IPC_PAYLOAD_MAX * 2 + 1];

	if (fuzz->replied == 0)
		return json_null();
	text_hex(hex, fuzz->worst.payload.bytes, fuzz->worst.payload.length);
	return json_pack("{s:s, s:I}", "hex", hex, "rtt_ns", (json_int_t)fuzz->worst_ns);
}

static json_t *
to_json(const struct fuzz *fuzz, json_t *findings)
{
	const struct vitals *before = &fuzz->before, *now = &fuzz->now;
	char command[COMMAND_SIZE] = "";

	if (fuzz->end == FUZZ_BROKEN)
		put_command(fuzz, &fuzz->last, command);
	return json_pack(
		"{s:o, s:i, s:I, s:I, s:I, s:I, s:b, s:b, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o, s:o, s:o, s:o, s:o, s:O}",
		"action", json_of_string(fuzz->action), "pid", (int)fuzz->pid, "seed",
		(json_int_t)fuzz->seed, "sent", (json_int_t)fuzz->sent, "replied",
		(json_int_t)fuzz->replied, "silent", (json_int_t)fuzz->silent, "alive",
		now->lives, "mp_thread", now->has_mp_thread, "fds_before",
		known(before->descriptors), "fds_after", known(now->descriptors),
		"threads_before", known(before->threads), "threads_after",
		known(now->threads), "rss_before", known(before->resident), "rss_after",
		known(now->resident), "heap_before", known(before->heap), "heap_after",
		known(now->heap), "p50_ns", json_of_percentile(&fuzz->times, 50), "worst",
		worst_of(fuzz), "broke",
		command[0] != '\0' ? json_string(command) : json_null(), "findings",
		findings);
}

static void
view(const json_t *result)
{
	const json_t *worst = json_object_get(result, "worst");
	const char *broke = json_string_value(json_object_get(result, "broke"));
	json_int_t sent, replied, silent, seed;

	json_unpack((json_t *)result, "{s:I, s:I, s:I, s:I}", "sent", &sent, "replied",
		&replied, "silent", &silent, "seed", &seed);
	output_line("%" JSON_INTEGER_FORMAT " sent, %" JSON_INTEGER_FORMAT
		    " answered, %" JSON_INTEGER_FORMAT " not (seed %" JSON_INTEGER_FORMAT
		    ")",
		sent, replied, silent, seed);
	if (replied > 0)
		output_line("p50 %s, max %s", output_duration_of(result, "p50_ns").text,
			output_duration_of(worst, "rtt_ns").text);
	if (broke != NULL)
		output_line("the last was: %s", broke);
}

int
trial_show(const struct fuzz *fuzz)
{
	json_t *findings = findings_of(fuzz);
	const json_t *finding;
	char changes[256];
	size_t i;
	int ret;

	put_changes(&fuzz->before, &fuzz->now, changes, sizeof(changes));
	output_result("mp_fuzz", to_json(fuzz, findings), view);
	if (changes[0] != '\0' && fuzz->now.lives)
		output_line("%s", changes);
	json_array_foreach(findings, i, finding)
		output_error("%s", json_string_value(finding));
	ret = json_array_size(findings) > 0 ? -EIO : 0;
	json_decref(findings);
	return ret;
}

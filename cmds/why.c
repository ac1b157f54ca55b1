/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* why: what hangs, and on whom it waits. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/loop.h"
#include "cmds/cmds.h"
#include "cmds/target.h"
#include "grammar/args.h"
#include "outside/why.h"
#include "output/output.h"
#include "output/table.h"
#include "shell/session.h"

#define CELL_SIZE 128

/* ---- the text ---- */

/*
 * Where every thread begins is of no interest, nor are the C library's own functions,
 * whose names begin with an underscore.
 */
static bool
is_shown(const char *frame)
{
	static const char *const names[] = { "start_thread", "clone", "clone3" };
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(frame, names[i]) == 0)
			return false;
	return frame[0] != '_';
}

/* "librte_eal.so.23.0+0x2e730" is "librte_eal" here. */
static void
shorten(const char *frame, char *word, size_t size)
{
	const char *offset = strstr(frame, "+0x"), *suffix = strstr(frame, ".so");
	size_t length = strlen(frame);

	if (offset != NULL)
		length = suffix != NULL && suffix < offset ? (size_t)(suffix - frame)
							   : (size_t)(offset - frame);
	snprintf(word, size, "%.*s", (int)length, frame);
}

/* Is it the C library, "libc" or in older releases "libc-2.31"? */
static bool
is_libc(const char *word)
{
	return strncmp(word, "libc", strlen("libc")) == 0 &&
		(word[strlen("libc")] == '\0' || word[strlen("libc")] == '-');
}

/*
 * The stack from inside out, what is the same twice once. Where there is one frame alone,
 * or none that is of interest, it is the innermost one as it is.
 */
static json_t *
stack_cell(const json_t *stack)
{
	char cell[CELL_SIZE] = "", word[CELL_SIZE], before[CELL_SIZE] = "";
	const json_t *frame;
	size_t i, length = 0;

	json_array_foreach(stack, i, frame) {
		if (!is_shown(json_string_value(frame)))
			continue;
		shorten(json_string_value(frame), word, sizeof(word));
		if (strcmp(word, before) == 0 || is_libc(word))
			continue;
		if (length + strlen(word) + sizeof(" < ") > sizeof(cell))
			break;
		length += snprintf(cell + length, sizeof(cell) - length, "%s%s",
			length > 0 ? " < " : "", word);
		strcpy(before, word);
	}
	if (json_array_size(stack) == 1 || (length == 0 && json_array_size(stack) > 0))
		return json_incref(json_array_get(stack, 0));
	return json_string(cell);
}

static json_t *
cpu_cell(const json_t *cpu)
{
	if (!json_is_integer(cpu))
		return json_null();
	return json_sprintf("%" JSON_INTEGER_FORMAT "%%", json_integer_value(cpu));
}

static void
view_threads(const json_t *threads)
{
	static const struct output_column columns[] = {
		{ "TID", "tid", true, OUTPUT_KEY },
		{ "THREAD", "name", false, OUTPUT_PLAIN },
		{ "ROLE", "role", false, OUTPUT_PLAIN },
		{ "STATE", "state", false, OUTPUT_PLAIN },
		{ "CPU", "cpu", true, OUTPUT_PLAIN },
		{ "CPUS", "cpus", false, OUTPUT_PLAIN },
		{ "CALL", "call", false, OUTPUT_PLAIN },
		{ "STACK", "stack", false, OUTPUT_PLAIN },
		{ NULL, NULL, false, OUTPUT_PLAIN },
	};
	json_t *rows = json_array();
	const json_t *thread;
	size_t i;

	json_array_foreach(threads, i, thread)
		json_array_append_new(rows,
			json_pack("{s:O, s:O, s:O, s:O, s:o, s:O, s:O, s:o}", "tid",
				json_object_get(thread, "tid"), "name",
				json_object_get(thread, "name"), "role",
				json_object_get(thread, "role"), "state",
				json_object_get(thread, "state"), "cpu",
				cpu_cell(json_object_get(thread, "cpu")), "cpus",
				json_object_get(thread, "cpus"), "call",
				json_object_get(thread, "call"), "stack",
				stack_cell(json_object_get(thread, "stack"))));
	if (json_array_size(rows) > 0)
		output_table(columns, rows);
	json_decref(rows);
}

static const char *
string(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

static void
view_heading(const json_t *process)
{
	const char *prefix = string(process, "prefix"),
		   *version = string(process, "version");

	if (!json_is_integer(json_object_get(process, "pid"))) {
		output_line("prefix %s, DPDK %s, of which nobody lives",
			prefix != NULL ? prefix : "-", version != NULL ? version : "-");
		return;
	}
	output_line("pid %" JSON_INTEGER_FORMAT " (%s), %s%s%s, DPDK %s",
		json_integer_value(json_object_get(process, "pid")),
		string(process, "command"),
		prefix != NULL ? string(process, "role") : "without multi-process",
		prefix != NULL ? " of prefix " : "", prefix != NULL ? prefix : "",
		version != NULL ? version : "not known");
}

/* Has it ended, or does it run another program, since the first look? */
static bool
is_gone(const json_t *process)
{
	return json_is_integer(json_object_get(process, "pid")) &&
		json_is_null(json_object_get(process, "role"));
}

static void
view_findings(const json_t *findings)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding)
		output_line("* %s", string(finding, "text"));
}

static void
view_gone(const json_t *process)
{
	output_line("* pid %" JSON_INTEGER_FORMAT " (%s) %s",
		json_integer_value(json_object_get(process, "pid")),
		string(process, "command"), string(process, "note"));
	view_findings(json_object_get(process, "findings"));
}

static void
view_process(const json_t *process, bool is_whole)
{
	const json_t *findings = json_object_get(process, "findings");

	if (!is_whole && json_array_size(findings) == 0)
		return;
	view_heading(process);
	view_threads(json_object_get(process, "threads"));
	if (string(process, "note") != NULL)
		output_line("(%s)", string(process, "note"));
	view_findings(findings);
}

static size_t
count_findings(const json_t *processes)
{
	const json_t *process;
	size_t i, n = 0;

	json_array_foreach(processes, i, process)
		n += json_array_size(json_object_get(process, "findings"));
	return n;
}

static void
view(const json_t *processes)
{
	const json_t *process;
	size_t i, n = 0, found = count_findings(processes);
	bool is_whole;

	json_array_foreach(processes, i, process) {
		n += json_is_integer(json_object_get(process, "pid")) &&
			!is_gone(process);
		is_whole = json_array_size(json_object_get(process, "threads")) > 0;
		if (is_gone(process))
			view_gone(process);
		else
			view_process(process, is_whole);
	}
	/* Of a dump, or what dead ones left, there are rings and locks alone. */
	if (found == 0 && n == 0)
		output_line(
			"nothing found; no process lives, so no thread was looked at");
	else if (found == 0)
		output_line("nothing found in %zu process%s", n, n == 1 ? "" : "es");
}

/* ---- running ---- */

/* Glance until it is time for the second look. */
static int
wait_between(struct why *why)
{
	uint64_t now = loop_now(), end = now + WHY_APART_NS;
	int ret = -ETIMEDOUT;

	while (now < end && ret == -ETIMEDOUT) {
		ret = loop_pause(end - now < WHY_GLANCE_NS ? end - now : WHY_GLANCE_NS);
		why_glance(why);
		now = loop_now();
	}
	return ret == -ETIMEDOUT ? 0 : ret;
}

static void
print_failed(const char *error)
{
	output_error("%s", error);
}

/* Returns 0, or what the command returns; prints the error. */
static int
look(struct why *why)
{
	char error[512];
	json_t *result;
	bool found;
	size_t n;
	int ret = wait_between(why), failed;

	if (ret < 0)
		return ret;
	failed = why_finish(why, &result, &found, print_failed, error, sizeof(error));
	if (failed < 0) {
		output_error("%s", error);
		session_fail(EXIT_NOT_STARTED);
		return failed;
	}
	n = count_findings(result);
	if (n > 0)
		output_reason("%zu finding%s", n, n == 1 ? "" : "s");
	output_result("why", result, view);
	if (failed > 0)
		session_fail(EXIT_NOT_STARTED);
	return failed > 0 ? -EACCES : found ? -ENXIO : 0;
}

static int
run(const struct args *args)
{
	struct why *why = NULL;
	char error[512];
	pid_t pid;
	int ret = target_process(args_word(args, "pid_or_peer"), &pid);

	if (ret == 0) {
		ret = why_begin(&why, pid, error, sizeof(error));
		if (ret < 0)
			output_error("%s", error);
	}
	if (ret < 0)
		session_fail(EXIT_NOT_STARTED);
	else
		ret = look(why);
	why_end(why);
	return ret;
}

const struct command command_why = {
	.name = "why",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "[<pid_or_peer>]", NULL },
	.brief = "why a process hangs: on what it waits, and on whom",
	.detail = "What was so in two looks a second apart, the worst first; without a "
		  "word of all\n"
		  "processes of the group. Of one also its threads: what each does, with "
		  "its stack. A\n"
		  "number is a pid, of any DPDK process of this host. Fails when "
		  "something is found.",
	.example = "why 4242",
	.needs = COMMAND_LOOKS,
	.run = run,
};

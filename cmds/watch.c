/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* watch: runs a command again and again, with rates beside its counters. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/loop.h"
#include "cmds/cmds.h"
#include "grammar/args.h"
#include "grammar/grammar.h"
#include "grammar/mistake.h"
#include "output/output.h"
#include "output/table.h"
#include "shell/repaint.h"

#define SECOND UINT64_C(1000000000)

bool
watch_takes(const struct command *command)
{
	static const char *const words[] = { "peers", "stats", "info", "doctor", "groups",
		"show", "peek", "where", "why", "mp actions", "telemetry" };
	unsigned int i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t length = strlen(words[i]);

		if (strncmp(command->name, words[i], length) == 0 &&
			(command->name[length] == '\0' || command->name[length] == ' '))
			return true;
	}
	return false;
}

/*
 * Parse what is to be watched. *watched is the caller's. Returns 0, or a negative errno
 * with error set.
 */
static int
parse_watched(const struct args *args, struct args **watched, char *error, size_t size)
{
	size_t length, first;
	const char *line = args_bytes(args, "command", &length);
	int ret = grammar_parse(line, length, watched, error, size);

	if (ret < 0)
		return ret;
	/* Of a comment nothing is left to run. */
	if (*watched == NULL || !watch_takes(args_command(*watched))) {
		for (first = 0; first < length && line[first] != ' '; first++)
			;
		mistake_put_word(error, size, "unexpected ", line, first,
			": expected peers, stats, info, doctor, groups, show, peek, "
			"where, why, mp actions or telemetry");
	} else if (args_has(*watched, "reset")) {
		snprintf(error, size, "unexpected reset: expected nothing more");
	} else if (args_has(*watched, "pcap")) {
		snprintf(error, size, "unexpected pcap: expected nothing more");
	} else {
		return 0;
	}
	args_free(*watched);
	*watched = NULL;
	return -EINVAL;
}

static int
check(const struct args *args, char *error, size_t size)
{
	struct args *watched;
	int ret = parse_watched(args, &watched, error, size);

	args_free(watched);
	return ret;
}

/*
 * Run it once. A command that only looks fails without an error when it has found
 * something; *found then gets its code, and the watch goes on. One that was interrupted
 * has no result: the picture before it stays.
 */
static int
run_watched(const struct args *watched, int *found)
{
	unsigned int errors = output_errors();
	int ret;

	repaint_open();
	ret = commands_may_run(args_command(watched));
	if (ret == 0)
		ret = args_command(watched)->run(watched);
	if (ret == -EINTR || ret == -ECANCELED) {
		repaint_drop();
		return ret;
	}
	repaint_close();
	*found = ret;
	return output_errors() == errors ? 0 : ret;
}

/* Run it every interval ns, count times, 0: until it is ended. */
static int
watch(const struct args *watched, uint64_t interval, uint64_t count)
{
	uint64_t next = loop_now(), now;
	int ret, found = 0;

	do {
		ret = run_watched(watched, &found);
		if (ret != 0 || --count == 0)
			break;
		now = loop_now();
		next = next + interval > now ? next + interval : now;
		ret = repaint_wait(next - now);
	} while (ret == -ETIMEDOUT);
	if (ret == -EINTR)
		ret = 0;
	return ret != 0 ? ret : found;
}

static int
run(const struct args *args)
{
	uint64_t interval = args_number(args, "seconds", SECOND);
	struct args *watched;
	char error[512];
	int ret = parse_watched(args, &watched, error, sizeof(error));

	if (ret < 0) {
		output_error("%s", error);
		return ret;
	}
	output_watch((double)interval / SECOND);
	repaint_begin();
	ret = watch(watched, interval, args_number(args, "count", 0));
	repaint_end();
	output_watch(0);
	args_free(watched);
	return ret;
}

const struct command command_watch = {
	.name = "watch",
	.group = GROUP_MEASURE,
	.forms = (const char *const[]){ "[<seconds:0.1-3600.>] [count <count:1-1000000>] "
					"<command:watched>",
		NULL },
	.brief = "repaint what another command shows every second",
	.detail = "Until a key is pressed, or count times; counters have their rates "
		  "beside them.\n"
		  "Seconds may have a fraction. Notices that come meanwhile are printed "
		  "when it ends.\n"
		  "In a batch: one result each second until Ctrl-C.",
	.example = "watch 2 stats",
	.needs = COMMAND_WORKS_OUTSIDE,
	.check = check,
	.run = run,
};

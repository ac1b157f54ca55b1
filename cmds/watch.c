/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* watch: runs a command again and again, with rates beside its counters. */

#include <errno.h>
#include <string.h>

#include "base/loop.h"
#include "cmds/cmds.h"
#include "grammar/args.h"
#include "grammar/grammar.h"
#include "output/output.h"
#include "output/table.h"
#include "shell/prompt.h"

static bool
key_pressed(void *ctx)
{
	(void)ctx;
	return console_is_interactive() && console_drop_key();
}

static bool
can_be_watched(const char *line)
{
	static const char *const words[] = { "peers", "stats", "show", "info" };
	unsigned int i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t length = strlen(words[i]);

		if (strncmp(line, words[i], length) == 0 &&
			(line[length] == '\0' || line[length] == ' ') &&
			strcmp(line, "stats reset") != 0)
			return true;
	}
	return false;
}

static int
run_watched(const char *line, size_t length)
{
	struct args *args;
	char error[512];
	int ret;

	ret = grammar_parse(line, length, &args, error, sizeof(error));
	if (ret < 0) {
		output_error("%s", error);
		return ret;
	}
	ret = commands_may_run(args_command(args));
	if (ret == 0)
		ret = args_command(args)->run(args);
	args_free(args);
	return ret;
}

static int
run(const struct args *args)
{
	uint64_t seconds = args_number(args, "seconds", 1);
	char line[512];
	const char *command;
	size_t length;
	int ret;

	command = args_bytes(args, "command", &length);
	if (length >= sizeof(line)) {
		output_error("what is watched is %zu bytes, the limit is %zu", length,
			sizeof(line) - 1);
		return -EMSGSIZE;
	}
	memcpy(line, command, length);
	line[length] = '\0';
	if (!can_be_watched(line)) {
		output_error("unexpected %s: expected peers, stats, show or info",
			output_escape(line, strcspn(line, " ")).text);
		return -EINVAL;
	}
	output_watch(seconds);
	do {
		console_clear_screen();
		ret = run_watched(line, length);
		if (ret == 0)
			ret = loop_until(
				key_pressed, NULL, seconds * UINT64_C(1000000000));
	} while (ret == -ETIMEDOUT);
	output_watch(0);
	return ret == -EINTR ? 0 : ret;
}

const struct command command_watch = {
	.name = "watch",
	.group = GROUP_MEASURE,
	.forms = (const char *const[]){ "<command>", "<seconds:1-3600> <command>", NULL },
	.brief = "repaint peers, stats, show or info every second",
	.detail = "Until a key is pressed; counters have their rates beside them. In a "
		  "batch: one\n"
		  "result each second until Ctrl-C.",
	.example = "watch 2 stats",
	.needs = COMMAND_NEEDS_LIVE,
	.run = run,
};

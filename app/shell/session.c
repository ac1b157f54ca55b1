/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Running a line, and what holds for prompt and batch alike. */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>

#include "base/exit.h"
#include "base/loop.h"
#include "grammar/command.h"
#include "grammar/grammar.h"
#include "grammar/instance.h"
#include "output/output.h"
#include "output/writer.h"
#include "shell/session.h"
#include "shell/state.h"

/* While that much waits to be written nothing more is taken from others. */
#define BACKLOG_MAX 65536

bool
console_may_take(void)
{
	return console.leaving || writer_backlog(console.out) < BACKLOG_MAX;
}

void
console_quit(void)
{
	console.quit = true;
}

/* Running a line. */

static int
run_command(const struct command *command, const struct args *args, void *ctx)
{
	int ret = console.hooks.may_run(command);

	(void)ctx;
	return ret < 0 ? ret : command->run(args);
}

int
session_run_line(const char *line, size_t length)
{
	bool usage = false;
	char error[512];
	int ret;

	loop_interrupt_clear();
	console.running = true;
	ret = grammar_parse(
		line, length, run_command, NULL, error, sizeof(error), &usage);
	console.running = false;
	if (usage) {
		output_error("%s", error);
		return EXIT_WRONG_USAGE;
	}
	return ret < 0 ? EXIT_COMMAND_FAILED : 0;
}

void
session_check_writers(void)
{
	int ret = writer_put(console.out, "", 0);

	if (ret < 0)
		loop_stop(ret == -EPIPE ? 128 + SIGPIPE : EXIT_NOT_STARTED);
}

static bool
never(void *ctx)
{
	(void)ctx;
	return false;
}

void
session_settle(void)
{
	loop_until(never, NULL, 0);
	console.hooks.drain();
}

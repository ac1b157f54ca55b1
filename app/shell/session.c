/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Running a line, and what else prompt and batch share. */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "base/exit.h"
#include "base/loop.h"
#include "grammar/args.h"
#include "grammar/command.h"
#include "grammar/grammar.h"
#include "grammar/instance.h"
#include "output/output.h"
#include "output/table.h"
#include "output/writer.h"
#include "shell/session.h"
#include "shell/state.h"

/* While this many bytes wait to be written, no event is taken from the worker. */
#define BACKLOG_MAX 65536

bool
console_may_show(void)
{
	return console.leaving || writer_backlog(console.out) < BACKLOG_MAX;
}

void
console_quit(void)
{
	console.quit = true;
}

int
session_run_line(const char *line, size_t length)
{
	const bool within = console.running; /* the line is one of a command's: source */
	const struct command *command;
	struct args *args;
	char error[512];
	int ret;

	ret = grammar_parse(line, length, &args, error, sizeof(error));
	if (ret == 0 && args == NULL)
		return SESSION_NO_COMMAND;
	if (console.echoes)
		output_echo(line, length);
	if (ret < 0) {
		output_error("%s", error);
		return ret == -ENOMEM ? EXIT_COMMAND_FAILED : EXIT_WRONG_USAGE;
	}
	command = args_command(args);
	if (!within)
		loop_interrupt_clear();
	console.running = true;
	ret = console.hooks.may_run(command);
	if (ret == 0)
		ret = command->run(args);
	if (output_table_is_lost() && ret == 0)
		ret = -EIO;
	console.running = within;
	args_free(args);
	if (console.lost != NULL && !output_has_error())
		output_error("%s", console.lost);
	console.lost = NULL;
	if (ret >= 0)
		return 0;
	if (ret != -EINTR && ret != -ECANCELED)
		output_reason("the command failed: see its result");
	ret = console.code_within != 0 ? console.code_within : EXIT_COMMAND_FAILED;
	console.code_within = 0;
	return ret;
}

void
session_fail(int code)
{
	console.code_within = code;
}

void
session_end_if_unread(void)
{
	int ret = writer_put(console.out, "", 0);

	if (ret < 0 && ret != -EPIPE && loop_stopped() < 0)
		output_error("the output cannot be written: %s", strerror(-ret));
	if (ret < 0)
		loop_stop(ret == -EPIPE ? 128 + SIGPIPE : EXIT_NOT_STARTED);
}

void
session_settle(void)
{
	loop_pause(0);
	console.hooks.drain();
}

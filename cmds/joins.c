/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which batches join a group, and which only look at one from outside. */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "cmds/cmds.h"
#include "grammar/args.h"
#include "grammar/command.h"
#include "grammar/grammar.h"

static enum commands_need need_of_line(const char *line, size_t length);

/* wait for some seconds needs no group, for a ring it looks; its other forms join. */
static enum commands_need
need_of_wait(const struct args *args)
{
	if (args_has(args, "ring"))
		return NEED_GROUP;
	return args_word(args, "seconds") != NULL || args_has(args, "forever")
		? NEED_TIME
		: NEED_MEMBER;
}

/* A process that is named is looked at, of whatever group. */
static bool
names_process(const struct args *args)
{
	return args_word(args, "pid_or_peer") != NULL;
}

static enum commands_need
need_of(const struct args *args)
{
	const struct command *command = args_command(args);
	size_t length;
	const char *line;

	if (command == &command_wait)
		return need_of_wait(args);
	if (command == &command_watch) {
		line = args_bytes(args, "command", &length);
		return need_of_line(line, length);
	}
	if (command->needs & COMMAND_NEEDS_NO_GROUP ||
		(command->needs & COMMAND_LOOKS && names_process(args)))
		return NEED_HOST;
	if (command->needs & COMMAND_LOOKS)
		return NEED_GROUP;
	return command->needs & COMMAND_NEEDS_NOTHING ? NEED_NOTHING : NEED_MEMBER;
}

static enum commands_need
need_of_line(const char *line, size_t length)
{
	struct args *args;
	char error[512];
	enum commands_need need;

	if (grammar_parse(line, length, &args, error, sizeof(error)) < 0 || args == NULL)
		return NEED_NOTHING;
	need = need_of(args);
	args_free(args);
	return need;
}

enum commands_need
commands_need_of(const char *const lines[], size_t n)
{
	enum commands_need most = NEED_NOTHING;
	size_t i;

	for (i = 0; i < n; i++) {
		enum commands_need need = need_of_line(lines[i], strlen(lines[i]));

		if (need > most)
			most = need;
	}
	return most;
}

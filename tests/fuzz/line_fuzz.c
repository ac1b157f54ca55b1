/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* One command line through the whole table of commands, its completion and its errors. */

#include <string.h>

#include "cmds.h"
#include "grammar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
call(const struct command *command, const struct args *args, void *ctx)
{
	size_t length;

	(void)ctx;
	if (args_command(args) != command)
		__builtin_trap();
	args_bytes(args, "text", &length);
	args_bytes(args, "payload", &length);
	args_word(args, "peer");
	args_number(args, "count", 0);
	return 0;
}

static bool
values(const char *name, unsigned int i, char *value, size_t size)
{
	(void)name;
	if (i > 0 || size < 3)
		return false;
	strcpy(value, "fw");
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct candidate candidates[64];
	static bool ready;
	char error[256];
	size_t n, partial;
	bool usage = false;

	if (!ready) {
		const struct command *const *commands = commands_table(&n);

		grammar_init(commands, n, values);
		ready = true;
	}
	if (size > GRAMMAR_LINE_MAX || memchr(data, '\0', size) != NULL ||
		memchr(data, '\n', size) != NULL)
		return 0;
	grammar_parse((const char *)data, size, call, NULL, error, sizeof(error), &usage);
	if (usage && (error[0] == '\0' || strchr(error, '\n') != NULL))
		__builtin_trap();
	if (size < 512) {
		grammar_in_text((const char *)data, size);
		grammar_candidates((const char *)data, size, candidates, 64, &partial);
	}
	return 0;
}

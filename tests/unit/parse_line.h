/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What tests and fuzzers of the grammar share. */

#ifndef MPSH_TESTS_PARSE_LINE_H
#define MPSH_TESTS_PARSE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "grammar/args.h"
#include "grammar/grammar.h"

/* Parse a line and call call with what came of it; 1 for an empty one. */
static int
parse_line(const char *line, size_t len,
	int (*call)(const struct command *command, const struct args *args, void *ctx),
	void *ctx, char *error, size_t size, bool *usage)
{
	struct args *args;
	int ret = grammar_parse(line, len, &args, error, size);

	*usage = ret < 0;
	if (ret == 0 && args == NULL)
		return 1;
	if (ret == 0)
		ret = call(args_command(args), args, ctx);
	args_free(args);
	return ret;
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What the files of grammar/ share, and nobody else includes: the one grammar of this
 * process.
 */

#ifndef MPSH_GRAMMAR_STATE_H
#define MPSH_GRAMMAR_STATE_H

#include <cmdline.h>
#include <cmdline_parse.h>

#include "grammar/command.h"

struct args;
struct form;

/* There is one grammar: callbacks of cmdline's tokens have no user pointer. */
struct grammar {
	const struct command *const *commands;
	size_t n_commands;
	grammar_values_t *values;
	struct form *forms;
	char **words;
	size_t n_words;
	cmdline_parse_ctx_t *ctx; /* NULL after the last */
	size_t n_instances;
	struct cmdline *cl;
	const char *line;     /* that cmdline_parse() is looking at */
	struct args *parsing; /* where to put what it finds */
};

extern struct grammar grammar;

#endif

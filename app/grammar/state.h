/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The one grammar of this process. Only the files of grammar/ include this. */

#ifndef MPSH_GRAMMAR_STATE_H
#define MPSH_GRAMMAR_STATE_H

#include <cmdline.h>
#include <cmdline_parse.h>

#include "grammar/command.h"

struct args;
struct form;

/* Global, since librte_cmdline's callbacks of tokens get no user pointer. */
struct grammar {
	const struct command *const *commands;
	size_t n_commands;
	grammar_values_t *values;
	struct form *forms;
	char **words; /* the fixed words of all forms, each once */
	size_t n_words;
	cmdline_parse_ctx_t *ctx; /* the instances, NULL after the last */
	size_t n_instances;
	struct cmdline *cl;
	const char *typed; /* the beginning of the values that are asked for, or NULL */
	const char *line;  /* the line that cmdline_parse() is parsing */
	struct args *parsing; /* gets the instance and the result of cmdline_parse() */
};

extern struct grammar grammar;

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The instances of the grammar: each way to type a command, as an instruction of
 * librte_cmdline. Main thread.
 */

#ifndef MPSH_GRAMMAR_INSTANCE_H
#define MPSH_GRAMMAR_INSTANCE_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmdline_parse.h>

#include "grammar/command.h"
#include "grammar/token.h"

/* One way to type a command: the data of a cmdline_parse_inst_t. */
struct instance {
	const struct command *command;
	unsigned int name_words;
	unsigned int n;
	struct token tokens[];
};

struct args {
	const struct instance *instance;
	char line[GRAMMAR_LINE_MAX + 1]; /* as typed, a NUL after each argument */
	alignas(max_align_t) char result[CMDLINE_PARSE_RESULT_BUFSIZE];
};

/*
 * Does every line fit at most one instance? Only the tests ask, since the table of
 * commands is constant and comparing all instances takes a millisecond.
 */
bool grammar_is_clear(void);

/* Not const, as librte_cmdline's operations want it; they change nothing. */
cmdline_parse_token_hdr_t *instance_header(
	const struct instance *instance, unsigned int i);

/* The bytes that token i takes at p, or a negative number if it does not fit. */
int instance_parse_token(const struct instance *instance, unsigned int i, const char *p);
const struct instance *instance_at(size_t i);

/* Add the instances of one form. Returns 0, -ENOMEM, or -EINVAL if it is malformed. */
int instance_add_form(const struct command *command, const char *str);

#endif

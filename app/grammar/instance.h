/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Each way to type a command, as an instruction of librte_cmdline. */

#ifndef MPSH_GRAMMAR_INSTANCE_H
#define MPSH_GRAMMAR_INSTANCE_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmdline_parse.h>

#include "grammar/command.h"
#include "grammar/token.h"

/* One way to give a command; data of a cmdline_parse_inst_t. */
struct instance {
	const struct command *command;
	unsigned int name_words;
	unsigned int n;
	struct token tokens[];
};

struct args {
	const struct instance *instance;
	char line[GRAMMAR_LINE_MAX + 1]; /* as typed, a NUL after each token of ours */
	alignas(max_align_t) char result[CMDLINE_PARSE_RESULT_BUFSIZE];
};

/*
 * Does every line fit one instance at most? For the tests: a table never changes, and to
 * compare all its instances takes a ms.
 */
bool grammar_is_clear(void);

/* cmdline's types are not const, but its operations change nothing. */
cmdline_parse_token_hdr_t *instance_header(
	const struct instance *instance, unsigned int i);
int instance_parse_token(const struct instance *instance, unsigned int i, const char *p);
const struct instance *instance_at(size_t i);
int instance_add_form(const struct command *command, const char *str);

#endif

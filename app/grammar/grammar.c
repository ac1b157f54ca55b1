/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The commands' grammar over librte_cmdline: makes instances of the table of commands
 * (one for each way to give optional words), and parses lines.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmdline.h>
#include <cmdline_parse.h>

#include "base/memory.h"
#include "grammar/args.h"
#include "grammar/command.h"
#include "grammar/form.h"
#include "grammar/grammar.h"
#include "grammar/instance.h"
#include "grammar/mistake.h"
#include "grammar/state.h"
#include "grammar/token.h"

struct grammar grammar;

void
grammar_begin(const struct command *const commands[], size_t n, grammar_values_t *values)
{
	grammar_free();
	grammar.commands = commands;
	grammar.n_commands = n;
	grammar.values = values;
}

static int
make_instances(void)
{
	const char *const *form;
	size_t i;
	int ret = grammar.n_commands != 0 ? 0 : -EINVAL;

	for (i = 0; i < grammar.n_commands && ret == 0; i++) {
		const struct command *command = grammar.commands[i];

		if (command->forms == NULL || command->forms[0] == NULL)
			ret = -EINVAL;
		for (form = command->forms; ret == 0 && *form != NULL; form++)
			ret = instance_add_form(command, *form);
	}
	if (ret < 0)
		return ret;
	/* With descriptors of -1 the cmdline neither reads nor prints. */
	grammar.cl = cmdline_new(grammar.ctx, "", -1, -1);
	return grammar.cl != NULL ? 0 : -ENOMEM;
}

int
grammar_make(void)
{
	const struct grammar begun = grammar;
	int ret;

	if (grammar.cl != NULL)
		return 0;
	ret = make_instances();
	if (ret < 0)
		grammar_begin(begun.commands, begun.n_commands, begun.values);
	return ret;
}

int
grammar_init(const struct command *const commands[], size_t n, grammar_values_t *values)
{
	int ret;

	grammar_begin(commands, n, values);
	ret = grammar_make();
	if (ret < 0)
		grammar_free();
	return ret;
}

void
grammar_free(void)
{
	struct form *form;
	size_t i;

	if (grammar.cl != NULL)
		cmdline_free(grammar.cl);
	for (i = 0; i < grammar.n_instances; i++) {
		free(grammar.ctx[i]->data);
		free(grammar.ctx[i]);
	}
	free(grammar.ctx);
	while ((form = grammar.forms) != NULL) {
		grammar.forms = form->next;
		form_free(form);
	}
	for (i = 0; i < grammar.n_words; i++)
		free(grammar.words[i]);
	free(grammar.words);
	memset(&grammar, 0, sizeof(grammar));
}

bool
grammar_is_word(const char *word)
{
	return grammar_make() == 0 && form_is_fixed_word(word, strlen(word));
}

/* Parse a line that is not empty into args. Returns 0, or -EINVAL with error set. */
static int
parse(const char *line, size_t len, char *masked, struct args *args, char *error,
	size_t size)
{
	int ret;

	args->instance = NULL;
	memcpy(args->line, line, len);
	args->line[len] = '\0';

	grammar.line = masked;
	grammar.parsing = args;
	ret = cmdline_parse(grammar.cl, masked);
	grammar.line = NULL;
	grammar.parsing = NULL;

	if (ret == CMDLINE_PARSE_AMBIGUOUS) {
		/* The tests check with grammar_is_clear() that this cannot happen. */
		snprintf(error, size, "the line can be read in two ways: a bug in mpsh");
		return -EINVAL;
	}
	if (ret < 0 || args->instance == NULL) {
		mistake_explain(masked, args->line, error, size);
		return -EINVAL;
	}
	return args_finish(args, error, size);
}

/* The length of the line before a '#' that stands behind a blank; len without one. */
static size_t
before_comment(const char *line, size_t len)
{
	size_t i;

	for (i = 1; i < len; i++)
		if (line[i] == '#' && form_is_blank(line[i - 1]))
			return i;
	return len;
}

/* grammar_parse() without the commands' own checks. */
static int
parse_line(const char *line, size_t len, struct args **args, char *error, size_t size)
{
	char masked[GRAMMAR_LINE_MAX + 2];
	size_t before;
	int ret;

	*args = NULL;
	if (len > GRAMMAR_LINE_MAX) {
		snprintf(error, size, "line is longer than %d bytes; nothing was done",
			GRAMMAR_LINE_MAX);
		return -EINVAL;
	}
	token_mask(masked, line, len);
	if (token_is_comment(line, len) || *form_skip_blanks(masked) == '\n')
		return 0;
	*args = grammar_make() == 0 ? memory_get(sizeof(**args)) : NULL;
	if (*args == NULL) {
		snprintf(error, size, "out of memory; nothing was done");
		return -ENOMEM;
	}
	ret = parse(line, len, masked, *args, error, size);
	if (ret < 0) {
		args_free(*args);
		*args = NULL;
	}
	/* A form that takes the rest of the line has taken the '#' with it. */
	before = ret == -EINVAL ? before_comment(line, len) : len;
	if (before < len) {
		if (size > 0)
			error[0] = '\0';
		ret = parse_line(line, before, args, error, size);
	}
	return ret;
}

int
grammar_parse(const char *line, size_t len, struct args **args, char *error, size_t size)
{
	int ret = parse_line(line, len, args, error, size);

	if (ret == 0 && *args != NULL && args_command(*args)->check != NULL)
		ret = args_command(*args)->check(*args, error, size);
	if (ret < 0) {
		args_free(*args);
		*args = NULL;
	}
	return ret;
}

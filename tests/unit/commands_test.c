/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The table of commands: each has all that help, completion and '?' show of it. */

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cmds/cmds.h"
#include "grammar/args.h"
#include "grammar/commands.h"
#include "grammar/complete.h"
#include "grammar/grammar.h"
#include "grammar/instance.h"
#include "tests/unit/parse_line.h"

#define COLUMNS 80
#define CANDIDATES_MAX 256

static struct candidate candidates[CANDIDATES_MAX];

static unsigned int
candidates_after(const char *left, size_t *partial)
{
	return grammar_candidates(
		left, strlen(left), candidates, CANDIDATES_MAX, partial);
}

static bool
is_candidate(const char *word, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (strcmp(candidates[i].word, word) == 0)
			return true;
	return false;
}

static void
no_line_fits_two_commands(void **state)
{
	(void)state;
	assert_true(grammar_is_clear());
}

static void
each_is_in_a_group_of_help(void **state)
{
	static const char *const groups[] = { GROUP_MESSAGES, GROUP_MP, GROUP_MEASURE,
		GROUP_LOOK, GROUP_SETTINGS, GROUP_SCRIPTS, GROUP_SHELL };
	const struct command *command;
	size_t i, k;

	(void)state;
	for (i = 0; (command = grammar_command(i)) != NULL; i++) {
		for (k = 0; k < sizeof(groups) / sizeof(groups[0]); k++)
			if (strcmp(command->group, groups[k]) == 0)
				break;
		if (k == sizeof(groups) / sizeof(groups[0]))
			fail_msg("%s is in no group", command->name);
	}
	assert_true(i > 20);
}

static void
each_has_a_line_that_fits(void **state)
{
	const struct command *command;
	size_t i, length;

	(void)state;
	for (i = 0; (command = grammar_command(i)) != NULL; i++) {
		length = strlen(command->brief);
		if (length == 0 || isupper((unsigned char)command->brief[0]) ||
			command->brief[length - 1] == '.' ||
			strchr(command->brief, '\n') != NULL)
			fail_msg("brief of %s: %s", command->name, command->brief);
		/* two blanks, 13 columns for the name, one blank */
		assert_true(strlen(command->name) <= 13);
		assert_true(16 + length <= COLUMNS);
		/* '?' shows it whole */
		assert_true(length < sizeof(candidates[0].help));
	}
}

static int
take(const struct command *command, const struct args *args, void *ctx)
{
	(void)args;
	*(const struct command **)ctx = command;
	return 0;
}

static void
each_has_usage_meaning_and_an_example_that_parses(void **state)
{
	const struct command *command, *called;
	char usage[1024], error[512];
	bool wrong_usage;
	size_t i;

	(void)state;
	for (i = 0; (command = grammar_command(i)) != NULL; i++) {
		grammar_usage(command, usage, sizeof(usage));
		if (strncmp(usage, command->name, strlen(command->name)) != 0)
			fail_msg("usage of %s: %s", command->name, usage);
		if (command->detail == NULL || strlen(command->detail) < 20)
			fail_msg("%s has no meaning", command->name);
		called = NULL;
		if (command->example == NULL ||
			parse_line(command->example, strlen(command->example), take,
				&called, error, sizeof(error), &wrong_usage) != 0 ||
			called != command)
			fail_msg("example of %s: %s", command->name, command->example);
		if (command->run == NULL)
			fail_msg("%s does nothing", command->name);
	}
}

/* After each word of each form: what may come, each with what it is. */
static void
a_question_mark_is_answered_at_every_place(void **state)
{
	const struct command *command;
	char line[GRAMMAR_LINE_MAX];
	size_t i, k, length, partial;
	unsigned int n, c;

	(void)state;
	for (i = 0; (command = grammar_command(i)) != NULL; i++) {
		length = snprintf(line, sizeof(line), "%s ", command->example);
		for (k = 0; k <= length; k++) {
			char left[GRAMMAR_LINE_MAX];

			if (k != 0 && line[k - 1] != ' ')
				continue;
			snprintf(left, sizeof(left), "%.*s", (int)k, line);
			n = candidates_after(left, &partial);
			if (n == 0 && !grammar_in_text(left, k))
				fail_msg("nothing may come after \"%s\"", left);
			for (c = 0; c < n; c++)
				if (candidates[c].help[0] == '\0')
					fail_msg("after \"%s\": %s has no help", left,
						candidates[c].word);
		}
	}
}

static void
each_fixed_word_is_completed(void **state)
{
	const struct command *command;
	size_t i, partial;
	unsigned int n;

	(void)state;
	for (i = 0; (command = grammar_command(i)) != NULL; i++) {
		const char *const *form;
		char left[64], word[64];

		/* the name's first word, from its first letter */
		snprintf(left, sizeof(left), "%.1s", command->name);
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(command->name, " "),
			command->name);
		n = candidates_after(left, &partial);
		if (!is_candidate(word, n))
			fail_msg("%s is not completed", command->name);
		/* the first fixed word of each form, one of several among them */
		for (form = command->forms; *form != NULL; form++) {
			const char *start = *form;

			start += *start == '[';
			if (!islower((unsigned char)*start))
				continue;
			snprintf(left, sizeof(left), "%s %.1s", command->name, start);
			snprintf(word, sizeof(word), "%.*s", (int)strcspn(start, " |]"),
				start);
			n = candidates_after(left, &partial);
			if (!is_candidate(word, n))
				fail_msg(
					"%s of %s is not completed", word, command->name);
		}
	}
}

static int
setup(void **state)
{
	const struct command *const *commands;
	size_t n;

	(void)state;
	commands = commands_table(&n);
	return grammar_init(commands, n, NULL);
}

static int
teardown(void **state)
{
	(void)state;
	grammar_free();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line_fits_two_commands),
		cmocka_unit_test(each_is_in_a_group_of_help),
		cmocka_unit_test(each_has_a_line_that_fits),
		cmocka_unit_test(each_has_usage_meaning_and_an_example_that_parses),
		cmocka_unit_test(a_question_mark_is_answered_at_every_place),
		cmocka_unit_test(each_fixed_word_is_completed),
	};

	return cmocka_run_group_tests_name("commands", tests, setup, teardown);
}

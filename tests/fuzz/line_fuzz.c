/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A command line through the whole table of commands, as the console gives it: parsed,
 * its arguments read as the commands read them, its completions asked for. What a command
 * does is left out.
 */

#include <errno.h>
#include <stdbool.h>

#include "cmds/cmds.h"
#include "fuzz.h"
#include "grammar/args.h"
#include "grammar/command.h"
#include "grammar/complete.h"
#include "grammar/grammar.h"
#include "grammar/instance.h"
#include "tests/unit/parse_line.h"

#define CANDIDATES_MAX 64

static volatile uint64_t sink;
static unsigned int depth;

/* Two values a token, one of them hostile. */
static bool
value(const char *name, unsigned int i, char *to, size_t size)
{
	static const char *const values[] = { "secondary-1", "ab\x1b[31m#\xff ?" };

	if (i == 2 || strcmp(name, "command") == 0)
		return commands_value("command", i < 2 ? i : i - 2, to, size);
	if (i > 2)
		return false;
	snprintf(to, size, "%s", values[i]);
	return true;
}

static void
check_error(const char *error, size_t size)
{
	CHECK(memchr(error, '\0', size) != NULL);
	CHECK(error[0] != '\0');
	CHECK(strpbrk(error, "\n\r\x1b") == NULL);
}

static void parse(const char *line, size_t length);

/* Read an argument in each way that there is. */
static void
read_argument(const struct args *args, const char *name, bool ranged, uint64_t min,
	uint64_t max)
{
	const char *bytes, *word;
	size_t length = 0, i;

	if (ranged) {
		uint64_t number = args_number(args, name, UINT64_MAX);

		CHECK(number == UINT64_MAX || (number >= min && number <= max));
		return;
	}
	bytes = args_bytes(args, name, &length);
	CHECK((bytes == NULL) <= (length == 0));
	for (i = 0; bytes != NULL && i < length; i++)
		sink += bytes[i];
	word = args_word(args, name);
	if (word != NULL)
		sink += strlen(word);
	if (bytes != NULL && strcmp(name, "command") == 0 && depth++ == 0)
		parse(bytes, length);
}

/* Each <name> and word of the command's forms, whichever form it was. */
static int
call(const struct command *command, const struct args *args, void *ctx)
{
	unsigned int i;

	(void)ctx;
	for (i = 0; command->forms[i] != NULL; i++) {
		char form[512], *word, *save = NULL;

		snprintf(form, sizeof(form), "%s", command->forms[i]);
		for (word = strtok_r(form, " []", &save); word != NULL;
			word = strtok_r(NULL, " []", &save)) {
			uint64_t min = 0, max = 0;
			char *end, *range;

			if (word[0] != '<') {
				sink += args_has(args, word);
				if (strchr(word, '|') != NULL)
					read_argument(args, word, false, 0, 0);
				continue;
			}
			word++;
			end = word + strcspn(word, "!*>");
			*end = '\0';
			range = strchr(word, ':');
			if (range != NULL && (range[1] < '0' || range[1] > '9')) {
				*range = '\0'; /* the name of what completes it */
				range = NULL;
			} else if (range != NULL) {
				double least, most;

				*range = '\0';
				CHECK(sscanf(range + 1, "%lf-%lf", &least, &most) == 2);
				/* With a fraction the value counts billionths. */
				if (range[1 + strlen(range + 1) - 1] == '.') {
					least *= 1e9;
					most *= 1e9;
				}
				min = least;
				max = most < 18446744073709551615.0 ? (uint64_t)most
								    : UINT64_MAX;
			}
			read_argument(args, word, range != NULL, min, max);
		}
	}
	return 7;
}

static void
parse(const char *line, size_t length)
{
	char error[512];
	bool usage = false;
	int ret;

	error[0] = '\0';
	ret = parse_line(line, length, call, NULL, error, sizeof(error), &usage);
	CHECK(ret == 7 || ret == 1 || ret == -EINVAL);
	CHECK(usage == (ret == -EINVAL));
	if (ret == -EINVAL)
		check_error(error, sizeof(error));
}

static void
complete(const char *line, size_t length)
{
	struct candidate *candidates = calloc(CANDIDATES_MAX, sizeof(*candidates));
	size_t partial = 0;
	unsigned int i, n;

	CHECK(candidates != NULL);
	n = grammar_candidates(line, length, candidates, CANDIDATES_MAX, &partial);
	CHECK(n <= CANDIDATES_MAX && partial <= length);
	for (i = 0; i < n; i++) {
		CHECK(memchr(candidates[i].word, '\0', sizeof(candidates[i].word)) !=
			NULL);
		CHECK(memchr(candidates[i].help, '\0', sizeof(candidates[i].help)) !=
			NULL);
		CHECK(strpbrk(candidates[i].word, "\n\r\x1b") == NULL);
		CHECK(i == 0 || strcmp(candidates[i].word, candidates[i - 1].word) != 0);
	}
	sink += grammar_in_text(line, length);
	free(candidates);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	char *line;
	size_t i;

	if (!ready) {
		size_t n;
		const struct command *const *commands = commands_table(&n);

		CHECK(grammar_init(commands, n, value) == 0);
		ready = true;
	}
	if (size > GRAMMAR_LINE_MAX)
		return -1;
	/* The console hands on neither. */
	for (i = 0; i < size; i++)
		if (data[i] == '\0' || data[i] == '\n')
			return -1;
	line = (char *)copy_exactly(data, size);
	depth = 0;
	parse(line, size);
	complete(line, size);
	free(line);
	return 0;
}

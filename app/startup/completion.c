/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Completion of mpsh's command line in a shell. */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/exit.h"
#include "grammar/command.h"
#include "grammar/commands.h"
#include "grammar/complete.h"
#include "grammar/grammar.h"
#include "host/runtime.h"
#include "outside/members.h"
#include "startup/completion.h"
#include "startup/eal_options.h"
#include "startup/own_options.h"
#include "startup/words.h"

#define ASKED "--complete"
#define CANDIDATES_MAX 256

/* What a word is. */
enum place {
	PLACE_WORD,  /* an option, or a command's first word */
	PLACE_VALUE, /* an option's value that nobody can name */
	PLACE_FILE,
	PLACE_DIRECTORY,
	PLACE_PREFIX,
	PLACE_PROC_TYPE,
	PLACE_OUTSIDE, /* a prefix, a pid or a file */
};

bool
completion_is_asked(int argc, char *argv[])
{
	return argc > 2 && strcmp(argv[1], ASKED) == 0;
}

static enum place
value_of_own(const struct own_option *option)
{
	if (option->value == NULL)
		return PLACE_WORD;
	if (option->id == OWN_OUTSIDE)
		return PLACE_OUTSIDE;
	return option->id == OWN_FILE || option->id == OWN_DUMP_ON_DEATH ? PLACE_FILE
									 : PLACE_VALUE;
}

static enum place
value_of_eal(const struct eal_option *option)
{
	if (option->takes != TAKES_VALUE)
		return PLACE_WORD;
	switch (option->id) {
	case EAL_FILE_PREFIX:
		return PLACE_PREFIX;
	case EAL_PROC_TYPE:
		return PLACE_PROC_TYPE;
	case EAL_HUGE_DIR:
		return PLACE_DIRECTORY;
	default:
		return strcmp(option->name, "-d") == 0 ? PLACE_FILE : PLACE_VALUE;
	}
}

/* What the value of a long option is, of which the first length bytes are the name. */
static enum place
value_of_long(const char *word, size_t length)
{
	const struct own_option *own = own_option_by_name(word + 2, length - 2);
	const struct eal_option *eal = eal_option_by_name(word, length);

	if (own != NULL)
		return value_of_own(own);
	return eal != NULL ? value_of_eal(eal) : PLACE_WORD;
}

/* What the word after an option's word is: -f, -jf and --file have a value behind. */
static enum place
after_option(const char *word)
{
	const struct own_option *own;
	const struct eal_option *eal;
	enum place place = PLACE_WORD;
	const char *letter;

	if (word[1] == '-')
		return strchr(word, '=') != NULL ? PLACE_WORD
						 : value_of_long(word, strlen(word));
	for (letter = word + 1; *letter != '\0' && place == PLACE_WORD; letter++) {
		own = own_option_by_letter(*letter);
		eal = eal_option_by_letter(*letter);
		if (own != NULL)
			place = value_of_own(own);
		else if (eal != NULL)
			place = value_of_eal(eal);
	}
	return *letter == '\0' ? place : PLACE_WORD;
}

static void
print_prefix(const char *prefix, void *before)
{
	printf("%s%s\n", (const char *)before, prefix);
}

/*
 * What -o looks at: the prefix of each group of this host, the pid of each process that
 * has none, and files.
 */
static void
print_outside(const char *before)
{
	struct members members;
	size_t i;

	if (members_find(&members) < 0)
		return;
	for (i = 0; i < members.n; i += members_of_group(&members, i)) {
		const char *prefix = member_prefix(&members.all[i]);

		if (prefix == NULL)
			printf("%s%d\n", before, (int)members.all[i].pid);
		else if (prefix[strcspn(prefix, "\n")] == '\0')
			printf("%s%s\n", before, prefix);
	}
	members_free(&members);
	puts("<file>");
}

/* before is what stands before the value in its word. */
static void
print_values(enum place place, char *before)
{
	switch (place) {
	case PLACE_PREFIX:
		host_live_prefixes(print_prefix, before);
		break;
	case PLACE_OUTSIDE:
		print_outside(before);
		break;
	case PLACE_PROC_TYPE:
		printf("%sauto\n%sprimary\n%ssecondary\n", before, before, before);
		break;
	case PLACE_FILE:
		puts("<file>");
		break;
	case PLACE_DIRECTORY:
		puts("<directory>");
		break;
	default:
		break;
	}
}

/* The long names of EAL's options, without those that mpsh refuses. */
static void
print_eal_options(void)
{
	const struct eal_option *option;
	const char *names[OPTIONS_MAX];
	size_t n = eal_option_names(names), i;

	for (i = 0; i < n; i++) {
		/* The name without its dashes lies behind them. */
		option = eal_option_by_name(names[i] - 2, strlen(names[i]) + 2);
		if (option != NULL && option->id != EAL_NO_PROCESSES)
			puts(option->name);
	}
}

static void
print_options(bool eal_too)
{
	const char *names[OPTIONS_MAX];
	size_t n = own_option_names(names), i;
	int letter;

	for (i = 0; i < n; i++)
		printf("--%s\n", names[i]);
	if (eal_too)
		print_eal_options();
	for (letter = 'A'; letter <= 'z'; letter++)
		if (own_option_by_letter((char)letter) != NULL ||
			(eal_too && eal_option_by_letter((char)letter) != NULL))
			printf("-%c\n", letter);
}

/* Print the words that may stand behind those of a command, n words, perhaps none. */
static void
print_words(char *words[], int n)
{
	static struct candidate candidates[CANDIDATES_MAX];
	char line[GRAMMAR_LINE_MAX + 2] = "";
	const char *last = "";
	size_t length = 0, partial;
	unsigned int i, found;

	for (; n > 0; n--, words++) {
		if (strlen(*words) + length + 2 > sizeof(line))
			return;
		length += snprintf(line + length, sizeof(line) - length, "%s ", *words);
	}
	found = grammar_candidates(line, length, candidates, CANDIDATES_MAX, &partial);
	for (i = 0; i < found; i++) {
		/* The name of a command may have two words, of which one is there. */
		char *word = candidates[i].word + (candidates[i].literal ? partial : 0);

		word[strcspn(word, " ")] = '\0';
		if (strcmp(word, "<file>") == 0 ||
			(candidates[i].literal && strcmp(word, last) != 0))
			puts(word);
		last = word;
	}
}

/* Without EAL no others are known than the commands. */
static bool
values(const char *name, unsigned int i, char *value, size_t size)
{
	const struct command *command = grammar_command(i);

	if (strcmp(name, "command") != 0 || command == NULL)
		return false;
	snprintf(value, size, "%s", command->name);
	return true;
}

static void
answer(char *words[], int n)
{
	enum place place = PLACE_WORD;
	bool after_dashes = false;
	char *last = words[n - 1], *end;
	int i;

	for (i = 0; i < n - 1; i++) {
		if (place != PLACE_WORD)
			place = PLACE_WORD;
		else if (strcmp(words[i], "--") == 0)
			after_dashes = true;
		else if (words[i][0] != '-')
			break;
		else
			place = after_option(words[i]);
	}
	if (i < n - 1) {
		print_words(words + i, n - 1 - i);
		return;
	}
	end = strncmp(last, "--", 2) == 0 ? strchr(last, '=') : NULL;
	if (place != PLACE_WORD) {
		print_values(place, "");
	} else if (end != NULL) {
		place = value_of_long(last, end - last);
		end[1] = '\0';
		print_values(place, last);
	} else if (last[0] == '-') {
		print_options(!after_dashes);
	} else {
		print_words(NULL, 0);
	}
}

int
completion_answer(
	int argc, char *argv[], const struct command *const commands[], size_t n)
{
	if (grammar_init(commands, n, values) < 0)
		return EXIT_NOT_STARTED;
	answer(argv + 2, argc - 2);
	grammar_free();
	return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads the command line word by word and gives each to mpsh's or EAL's options. */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "message/name.h"
#include "startup/command_line.h"
#include "startup/eal_options.h"
#include "startup/lcores.h"
#include "startup/options.h"
#include "startup/own_options.h"
#include "startup/words.h"

static int
fail_unknown(struct parse *parse, const char *word, size_t name_length)
{
	const char *names[2 * OPTIONS_MAX];
	const char *nearest = NULL;
	char name[SHOWN_LENGTH + 1];
	struct shown shown;
	size_t n = own_option_names(names);

	n += eal_option_names(names + n);
	if (strncmp(word, "--", 2) == 0 && name_length < sizeof(name)) {
		memcpy(name, word + 2, name_length);
		name[name_length] = '\0';
		nearest = text_nearest(name, names, n);
	}
	if (nearest != NULL)
		return words_fail(parse, "unknown option %s: did you mean --%s?",
			words_show(&shown, word), nearest);
	return words_fail(parse, "unknown option %s: mpsh --help lists them",
		words_show(&shown, word));
}

static int
read_eal_long(struct parse *parse, const struct eal_option *option, const char *word,
	const char *value)
{
	words_pass_to_eal(parse, word);
	if (option->takes == TAKES_NONE && value != NULL)
		return words_fail(parse, "%s takes no value", option->name);
	if (option->takes == TAKES_VALUE && value == NULL) {
		value = words_take(parse);
		if (value == NULL)
			return words_fail(parse, "%s needs a value", option->name);
		words_pass_to_eal(parse, value);
	}
	return eal_option_apply(parse, option, value);
}

/* Read EAL's short options in all forms of getopt(): -v, -l 0-1, -l0-1, -vl0-1. */
static int
read_eal_letters(struct parse *parse, const char *word)
{
	const struct eal_option *option;
	const char *letter, *value;

	words_pass_to_eal(parse, word);
	for (letter = word + 1; *letter != '\0'; letter++) {
		option = eal_option_by_letter(*letter);
		if (option == NULL)
			return fail_unknown(parse, word, 0);
		if (option->takes == TAKES_NONE) {
			eal_option_apply(parse, option, NULL);
			continue;
		}
		value = letter + 1;
		if (option->takes == TAKES_OPTIONAL)
			return 0; /* the rest of the word is the option's value */
		if (*value == '\0') {
			value = words_take(parse);
			if (value == NULL)
				return words_fail(
					parse, "%s needs a value", option->name);
			words_pass_to_eal(parse, value);
		}
		return eal_option_apply(parse, option, value);
	}
	return 0;
}

/*
 * Read mpsh's short options in all forms of getopt(): -j, -t 500, -t500, -jt500. In one
 * word all letters are mpsh's.
 */
static int
read_own_letters(struct parse *parse, const char *word)
{
	const struct own_option *option;
	struct shown shown;
	const char *letter;
	int ret = 0;

	for (letter = word + 1; *letter != '\0' && ret == 0; letter++) {
		option = own_option_by_letter(*letter);
		if (option == NULL && eal_option_by_letter(*letter) != NULL)
			return words_fail(parse,
				"unknown option %s: -%c is EAL's, give it in a word of "
				"its own",
				words_show(&shown, word), *letter);
		if (option == NULL)
			return fail_unknown(parse, word, 0);
		if (option->value != NULL)
			return own_option_read(
				parse, option, letter[1] != '\0' ? letter + 1 : NULL);
		ret = own_option_read(parse, option, NULL);
	}
	return ret;
}

/* Join the words from the last one read on, by a blank each, to the command they are. */
static int
read_command(struct parse *parse, const char *word)
{
	struct options *options = parse->options;
	size_t length = strlen(word), i;

	for (i = parse->next; i < (size_t)parse->argc; i++)
		length += 1 + strlen(parse->argv[i]);
	options->command = malloc(length + 1);
	if (options->command == NULL)
		return words_fail(parse, "out of memory");
	strcpy(options->command, word);
	while ((word = words_take(parse)) != NULL) {
		strcat(options->command, " ");
		strcat(options->command, word);
	}
	if (strchr(options->command, '\n') != NULL)
		return words_fail(parse,
			"a command is one line: give several with -e, or on standard "
			"input");
	own_option_add_source(options, false, options->command);
	return 0;
}

static int
read_word(struct parse *parse, const char *word, bool after_dashes)
{
	const struct own_option *own;
	const struct eal_option *eal;
	const char *value = NULL;
	struct shown shown;
	size_t length = 0;

	if (word[0] != '-' && word[0] != '\0')
		return read_command(parse, word);
	if (word[0] == '\0' || word[1] == '\0' || strcmp(word, "--") == 0)
		return words_fail(parse, "unexpected %s: neither an option nor a command",
			word[0] == '\0' ? "''" : words_show(&shown, word));

	if (word[1] == '-') {
		length = strcspn(word + 2, "=");
		if (word[2 + length] == '=')
			value = word + 2 + length + 1;
		own = own_option_by_name(word + 2, length);
		eal = eal_option_by_name(word, 2 + length);
	} else {
		own = own_option_by_letter(word[1]);
		eal = eal_option_by_letter(word[1]);
		if (own != NULL)
			return read_own_letters(parse, word);
	}
	if (own != NULL)
		return own_option_read(parse, own, value);
	if (eal == NULL)
		return fail_unknown(parse, word, length);
	if (after_dashes)
		return words_fail(parse, "unexpected %s: EAL options go before the --",
			words_show(&shown, word));
	if (word[1] == '-')
		return read_eal_long(parse, eal, word, value);
	return read_eal_letters(parse, word);
}

/*
 * Copy the words for EAL, the array and the strings into one block: rte_eal_init()
 * reorders and overwrites the pointers, so strings of their own could not be freed.
 */
static int
copy_words(struct parse *parse)
{
	size_t n = parse->n_words, bytes = (n + 1) * sizeof(char *), length, i;
	char **argv, *text;

	for (i = 0; i < n; i++)
		bytes += strlen(parse->words[i]) + 1;
	argv = malloc(bytes);
	if (argv == NULL)
		return -ENOMEM;
	text = (char *)&argv[n + 1];
	for (i = 0; i < n; i++) {
		length = strlen(parse->words[i]) + 1;
		memcpy(text, parse->words[i], length);
		argv[i] = text;
		text += length;
	}
	argv[n] = NULL;
	parse->options->eal_argv = argv;
	parse->options->eal_argc = n;
	return 0;
}

/* Who only looks joins nothing: what says how to join is a mistake. */
static int
check_outside(struct parse *parse)
{
	const struct options *options = parse->options;
	const char *joins = options->has_wait ? "--wait"
		: options->name != NULL       ? "--name"
		: options->poll               ? "--poll"
		: options->has_proc_type      ? "--proc-type"
		: options->has_file_prefix    ? "--file-prefix"
					      : NULL;

	if (options->dump_on_death != NULL && options->outside == NULL)
		return words_fail(parse,
			"--dump-on-death needs --outside: -o with a pid or a prefix");
	if (options->dump_on_death != NULL &&
		(options->n_sources > 0 || options->interactive))
		return words_fail(parse,
			"--dump-on-death waits for the primary's end: leave out %s",
			options->interactive ? "--interactive" : "the commands");
	if (options->outside == NULL || joins == NULL)
		return 0;
	return words_fail(parse, "--outside joins nothing: leave out %s", joins);
}

/* Make the checks that need all words, then add the defaults and copy EAL's words. */
static int
finish(struct parse *parse)
{
	struct options *options = parse->options;
	char *lcores = NULL;
	struct shown shown;
	int ret;

	if (parse->gave_allow && parse->gave_block)
		return words_fail(parse,
			"--allow and --block exclude one another: "
			"give one of them");
	if (options->has_wait && parse->proc_type != NULL &&
		options->wish != WISH_SECONDARY)
		return words_fail(parse,
			"--wait makes this a secondary: leave out --proc-type=%s",
			words_show(&shown, parse->proc_type));

	ret = check_outside(parse);
	if (ret < 0)
		return ret;
	ret = eal_option_count_lcores(parse);
	if (ret < 0)
		return ret;

	if (options->has_wait)
		options->wish = WISH_SECONDARY;
	if (parse->proc_type == NULL)
		words_pass_to_eal(parse,
			options->has_wait ? "--proc-type=secondary" : "--proc-type=auto");
	if (!parse->gave_allow && !parse->gave_block && !parse->gave_no_pci)
		words_pass_to_eal(parse, "--no-pci");
	if (!parse->gave_log_level)
		words_pass_to_eal(parse, "--log-level=warning");
	if (parse->lcores == NULL && !parse->gave_service) {
		lcores = lcores_floating();
		if (lcores == NULL)
			return words_fail(parse, "out of memory");
		words_pass_to_eal(parse, "--lcores");
		words_pass_to_eal(parse, lcores);
	}
	ret = copy_words(parse);
	free(lcores);
	return ret < 0 ? words_fail(parse, "out of memory") : 0;
}

/* Behind an error: is --json among the words that are left? That error is JSON then. */
static void
read_on_for_json(const struct parse *failed, bool after_dashes)
{
	struct parse rest = *failed;
	const char *word;
	char error[2];

	rest.error = error;
	rest.size = sizeof(error);
	while (!rest.options->json && (word = words_take(&rest)) != NULL)
		if (word[0] == '-')
			read_word(&rest, word, after_dashes);
}

int
options_parse(int argc, char *argv[], struct options *options, char *error, size_t size)
{
	struct parse parse = {
		.options = options,
		.error = error,
		.size = size,
		.argc = argc,
		.argv = argv,
		.next = 1,
		.main_lcore = -1,
	};
	bool after_dashes = false;
	const char *word;
	int ret = 0;

	memset(options, 0, sizeof(*options));
	options->timeout_ms = TIMEOUT_DEFAULT_MS;
	options->max_peers = PEERS_DEFAULT;
	options->file_prefix = "rte";
	if (size > 0)
		error[0] = '\0';

	/* Each word of argv adds at most one source and at most one word for EAL. */
	options->sources = calloc(argc + 1, sizeof(options->sources[0]));
	parse.words = calloc(argc + 1 + MAX_DEFAULTS, sizeof(parse.words[0]));
	if (options->sources == NULL || parse.words == NULL) {
		free(parse.words);
		return words_fail(&parse, "out of memory");
	}

	/* execve() allows an empty argv, without argv[0]. */
	words_pass_to_eal(&parse, argc > 0 ? argv[0] : "mpsh");
	while (ret == 0) {
		word = words_take(&parse);
		if (word == NULL)
			break;
		if (!after_dashes && strcmp(word, "--") == 0)
			after_dashes = true;
		else
			ret = read_word(&parse, word, after_dashes);
	}
	if (ret == 0)
		ret = finish(&parse);
	else
		read_on_for_json(&parse, after_dashes);
	free(parse.words);
	return ret;
}

void
options_fix_role(struct options *options, bool is_primary)
{
	/* EAL may write into its words. */
	static char primary[] = "primary", secondary[] = "secondary",
		    as_primary[] = "--proc-type=primary",
		    as_secondary[] = "--proc-type=secondary";
	int i;

	for (i = 1; i < options->eal_argc; i++) {
		char *word = options->eal_argv[i];

		if (strncmp(word, "--proc-type=", strlen("--proc-type=")) == 0)
			options->eal_argv[i] = is_primary ? as_primary : as_secondary;
		else if (strcmp(word, "--proc-type") == 0)
			options->eal_argv[++i] = is_primary ? primary : secondary;
	}
}

void
options_drop_sources(struct options *options)
{
	free(options->sources);
	options->sources = NULL;
	options->n_sources = 0;
	free(options->command);
	options->command = NULL;
}

void
options_free(struct options *options)
{
	options_drop_sources(options);
	free(options->eal_argv);
	options->eal_argv = NULL;
	options->eal_argc = 0;
}

static const struct options *kept;

void
options_keep(const struct options *options)
{
	kept = options;
}

const struct options *
options_kept(void)
{
	return kept;
}

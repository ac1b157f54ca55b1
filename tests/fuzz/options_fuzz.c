/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The option parser: the input is the words of a command line, a NUL or a newline between
 * them. */

#include <errno.h>
#include <stdbool.h>

#include "fuzz.h"
#include "message/name.h"
#include "startup/command_line.h"
#include "startup/options.h"

#define WORDS_MAX 40

/* Split into words, each in memory of its own. */
static int
split(const uint8_t *data, size_t size, char *words[])
{
	int n = 0;
	size_t at = 0;

	words[n++] = (char *)copy_exactly("mpsh", 5);
	while (at < size && n < WORDS_MAX) {
		size_t length = 0;

		while (at + length < size && data[at + length] != '\0' &&
			data[at + length] != '\n')
			length++;
		words[n] = malloc(length + 1);
		CHECK(words[n] != NULL);
		memcpy(words[n], data + at, length);
		words[n++][length] = '\0';
		at += length + 1;
	}
	words[n] = NULL;
	return n;
}

/* What everyone relies on who gets options that passed. */
static void
check_options(const struct options *options)
{
	int i;

	CHECK(options->timeout_ms >= 1 && options->timeout_ms <= TIMEOUT_MAX_MS);
	CHECK(options->max_peers >= 1 && options->max_peers <= PEERS_MAX);
	CHECK(options->name == NULL || name_check(options->name) == 0);
	CHECK(options->n_sources == 0 || options->sources != NULL);
	for (i = 0; i < (int)options->n_sources; i++)
		CHECK(options->sources[i].text != NULL);
	CHECK(options->file_prefix != NULL);
	CHECK(options->eal_argc >= 1 && options->eal_argv[options->eal_argc] == NULL);
	for (i = 0; i < options->eal_argc; i++)
		CHECK(options->eal_argv[i] != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t sizes[] = { 512, 40, 1 };
	struct input input = { data, size };
	size_t error_size = sizes[input_byte(&input) % 3];
	char *words[WORDS_MAX + 1], *error = malloc(error_size);
	struct options options;
	int i, ret, n = split(input.data, input.size, words);

	CHECK(error != NULL);
	error[0] = '\0';
	ret = options_parse(n, words, &options, error, error_size);
	CHECK(ret == 0 || ret == -EINVAL);
	if (ret == 0) {
		check_options(&options);
	} else {
		CHECK(memchr(error, '\0', error_size) != NULL);
		CHECK(strchr(error, '\n') == NULL && strchr(error, '\x1b') == NULL);
		CHECK(error_size < 2 || error[0] != '\0');
	}
	options_free(&options);
	for (i = 0; i < n; i++) {
		ret = name_check(words[i]);
		CHECK(ret == 0 || ret == -EINVAL);
		CHECK(ret != 0 || strlen(words[i]) <= NAME_MAX_LENGTH);
		free(words[i]);
	}
	free(error);
	return 0;
}

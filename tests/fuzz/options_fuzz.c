/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The option parser: words separated by newlines. */

#include <stdlib.h>
#include <string.h>

#include "options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[64] = { (char *)(uintptr_t) "mpsh" };
	struct options options;
	char error[256], *text, *word, *save = NULL;
	int argc = 1;

	text = malloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';
	for (word = strtok_r(text, "\n", &save); word != NULL && argc < 63;
		word = strtok_r(NULL, "\n", &save))
		argv[argc++] = word;
	error[0] = '\0';
	if (options_parse(argc, argv, &options, error, sizeof(error)) != 0 && error[0] == '\0')
		__builtin_trap();
	options_free(&options);
	free(text);
	return 0;
}

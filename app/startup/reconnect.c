/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Joining anew, by executing the program again. */

#include <errno.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "startup/reconnect.h"

static struct {
	int argc;
	char **argv;
	bool requested;
} reconnect;

void
reconnect_remember(int argc, char *argv[])
{
	reconnect.argc = argc;
	reconnect.argv = argv;
}

void
reconnect_request(void)
{
	reconnect.requested = true;
}

bool
reconnect_is_requested(void)
{
	return reconnect.requested;
}

/* Number of words that -e or -f takes if word is one of them, with its value; else 0. */
static int
source_words(const char *word)
{
	if (strcmp(word, "-e") == 0 || strcmp(word, "--execute") == 0 ||
		strcmp(word, "-f") == 0 || strcmp(word, "--file") == 0)
		return 2;
	return strncmp(word, "--execute=", 10) == 0 || strncmp(word, "--file=", 7) == 0;
}

int
reconnect_execute(bool with_sources)
{
	char **argv = calloc(reconnect.argc + 1, sizeof(*argv));
	int i, n = 0;

	if (argv == NULL)
		return -ENOMEM;
	for (i = 0; i < reconnect.argc; i++) {
		int words = i == 0 || with_sources ? 0 : source_words(reconnect.argv[i]);

		if (words == 0)
			argv[n++] = reconnect.argv[i];
		else
			i += words - 1;
	}
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	execv("/proc/self/exe", argv);
	free(argv);
	return -errno;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Joining anew, by executing the program again. */

#include <errno.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <unistd.h>

#include "startup/reconnect.h"

/* In the environment: what the command line gives to run has been run before. */
#define HAS_RUN "MPSH_HAS_RUN"

static struct {
	char **argv;
	bool has_run;
	bool requested;
} reconnect;

void
reconnect_remember(char *argv[])
{
	reconnect.argv = argv;
	reconnect.has_run = getenv(HAS_RUN) != NULL;
	unsetenv(HAS_RUN);
}

bool
reconnect_has_run(void)
{
	return reconnect.has_run;
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

int
reconnect_execute(bool with_sources)
{
	if (!with_sources || reconnect.has_run)
		setenv(HAS_RUN, "1", 1);
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	execv("/proc/self/exe", reconnect.argv);
	return -errno;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Joining anew, by executing the program again. */

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "startup/lcores.h"
#include "startup/reconnect.h"

/* In the environment: what the command line gives to run has been run before. */
#define HAS_RUN "MPSH_HAS_RUN"

/* In the environment: the number of the descriptor that was kept. */
#define KEPT "MPSH_KEPT"

static struct {
	char **argv;
	bool has_run;
	bool requested;
	int kept; /* -1: none */
} reconnect = { .kept = -1 };

void
reconnect_remember(char *argv[])
{
	const char *kept = getenv(KEPT);

	lcores_remember_cpus();
	reconnect.argv = argv;
	reconnect.has_run = getenv(HAS_RUN) != NULL;
	unsetenv(HAS_RUN);
	if (kept != NULL && kept[strspn(kept, "0123456789")] == '\0' && atoi(kept) > 2)
		reconnect.kept = atoi(kept);
	unsetenv(KEPT);
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

void
reconnect_keep(int fd)
{
	reconnect.kept = fd;
}

int
reconnect_kept(void)
{
	return reconnect.kept;
}

int
reconnect_execute(bool with_sources)
{
	char number[16];

	if (!with_sources || reconnect.has_run)
		setenv(HAS_RUN, "1", 1);
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	if (reconnect.kept >= 0 && fcntl(reconnect.kept, F_SETFD, 0) == 0) {
		snprintf(number, sizeof(number), "%d", reconnect.kept);
		setenv(KEPT, number, 1);
	}
	lcores_restore_cpus();
	execv("/proc/self/exe", reconnect.argv);
	return -errno;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The start of a process in the background of its terminal. */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "shell/front.h"
#include "shell/terminal.h"
#include "startup/options.h"

static volatile sig_atomic_t continued;

bool
front_is_elsewhere(void)
{
	return isatty(STDIN_FILENO) && !terminal_in_front();
}

static void
on_continue(int number)
{
	(void)number;
	continued = 1;
}

static int
wait_for_front(void)
{
	const struct sigaction action = { .sa_handler = on_continue };
	struct sigaction before;
	int ret = 0;

	if (sigaction(SIGCONT, &action, &before) < 0)
		return -errno;
	while (ret == 0 && front_is_elsewhere()) {
		continued = 0;
		/* The group, as the terminal would: the shell waits for all of it. */
		kill(0, SIGTTIN);
		if (!continued)
			ret = -EIO;
	}
	sigaction(SIGCONT, &before, NULL);
	return ret;
}

int
front_check(const struct options *options)
{
	if (!options->is_batch)
		return wait_for_front();
	/* It would read commands. */
	return options->n_sources == 0 && options->dump_on_death == NULL &&
			front_is_elsewhere()
		? -EIO
		: 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The command line: tells mpsh's options from EAL's, and adds EAL options that were not
 * given (--proc-type=auto, --no-pci, two floating lcores, --log-level=warning).
 */

#ifndef MPSH_STARTUP_COMMAND_LINE_H
#define MPSH_STARTUP_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct options;

/*
 * Read argv into *options. Returns 0, or -EINVAL with one line in error (at most size
 * bytes) that says what is wrong and what would be right; options->json is right then,
 * too. -h, -V and --doctor do not stop the checks of the other words. The caller must
 * call options_free() in either case; *options points into argv. Main thread.
 */
int options_parse(
	int argc, char *argv[], struct options *options, char *error, size_t size);

/*
 * Have EAL take this role instead of --proc-type=auto: between its own look at the prefix
 * and its start another process may become the primary.
 */
void options_fix_role(struct options *options, bool is_primary);

/* Forget what there is to run: it has been run before. */
void options_drop_sources(struct options *options);

void options_free(struct options *options);

/*
 * Keep the options of this process for commands. Only the pointer is kept: *options must
 * outlive the last command.
 */
void options_keep(const struct options *options);
const struct options *options_kept(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The command line: which words are mpsh's, which are EAL's, and the EAL options
 * that mpsh adds (--proc-type=auto, --no-pci, two floating lcores, EAL logs
 * from warning up).
 */

#ifndef MPSH_STARTUP_COMMAND_LINE_H
#define MPSH_STARTUP_COMMAND_LINE_H

#include <stddef.h>

struct options;

/*
 * Read argv into *options. Returns 0, or -EINVAL with one line in error (at most
 * size bytes) that says what is wrong and what would be right: usage, exit code 2.
 * With -h, -V or --doctor among the words the others are still checked.
 * options_free() takes back what it allocated, in either case. Main thread.
 */
int options_parse(
	int argc, char *argv[], struct options *options, char *error, size_t size);

void options_free(struct options *options);

/*
 * The options of this process, for commands that ask for them later. Kept by reference:
 * they must outlive the last command.
 */
void options_keep(const struct options *options);
const struct options *options_kept(void);

#endif

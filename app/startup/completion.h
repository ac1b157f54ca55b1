/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Completion of mpsh's command line in a shell: what may stand there is asked of mpsh
 * itself, `mpsh --complete WORDS…`, so that it is what mpsh takes. The shell's side is
 * doc/mpsh.bash. Main thread, without EAL.
 */

#ifndef MPSH_STARTUP_COMPLETION_H
#define MPSH_STARTUP_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

struct command;

/* Does a shell ask? */
bool completion_is_asked(int argc, char *argv[]);

/*
 * Print what may stand where the last word of argv is, a line each, whatever the word
 * begins with, but that options are printed only for one that begins with a dash:
 * options, words of the n commands, file prefixes of living groups, values. <file> and
 * <directory> stand for paths. Returns the exit code.
 */
int completion_answer(
	int argc, char *argv[], const struct command *const commands[], size_t n);

#endif

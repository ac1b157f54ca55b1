/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The batch: lines from a file, standard input or -e; source. Main thread. */

#ifndef MPSH_SHELL_BATCH_H
#define MPSH_SHELL_BATCH_H

struct source;

/*
 * Run the lines of a source. The highest exit code of a line is kept in console.code;
 * an error that ends the whole batch sets console.cut_short.
 */
void batch_run(const struct source *source);

/*
 * Run the lines of a file within a command. Returns 0, or a negative errno after the
 * reason was printed: a line failed (the lines behind it are run with -k alone), the file
 * cannot be read, Ctrl-C, or files are nested too deep.
 */
int batch_source(const char *path);

#endif

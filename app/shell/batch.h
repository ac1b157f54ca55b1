/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The batch: lines from a file, standard input or -e. Main thread. */

#ifndef MPSH_SHELL_BATCH_H
#define MPSH_SHELL_BATCH_H

struct source;

/*
 * Run the lines of a source. The highest exit code of a line is kept in console.code;
 * an error that ends the whole batch sets console.cut_short.
 */
void batch_run(const struct source *source);

#endif

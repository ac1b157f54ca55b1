/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Lines from a file, standard input or -e. Main thread. */

#ifndef MPSH_SHELL_BATCH_H
#define MPSH_SHELL_BATCH_H

struct source;

/* Run the lines of a source; the exit code goes to the console's state. */
void batch_run(const struct source *source);

#endif

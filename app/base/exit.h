/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The exit codes of mpsh. 0 is success; 128 + N means ended by signal N. */

#ifndef MPSH_BASE_EXIT_H
#define MPSH_BASE_EXIT_H

#define EXIT_COMMAND_FAILED 1
#define EXIT_WRONG_USAGE 2
#define EXIT_NOT_STARTED 3

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Facts of this process that several show. Main thread.
 */

#ifndef MPSH_PROCESS_H
#define MPSH_PROCESS_H

#include <stdint.h>

#include "startup/command_line.h"

/* What it was started with; kept by reference. */
void process_set_options(const struct options *options);
const struct options *process_options(void);

/* EAL's --file-prefix. */
const char *process_file_prefix(void);

/* Bytes of hugepages mapped from the primary; 0 once they were let go. */
uint64_t process_memory(void);

#endif

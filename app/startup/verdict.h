/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What `why` says of a process that does not answer, for errors and doctor. */

#ifndef MPSH_STARTUP_VERDICT_H
#define MPSH_STARTUP_VERDICT_H

#include <stddef.h>
#include <sys/types.h>

/* How long it takes: why looks twice. */
#define VERDICT_MS 1100

/* Bytes of a finding that an error has room for. */
#define VERDICT_SIZE 512

/*
 * Look why the process hangs, and write ": " and the worst that was found into text, cut
 * to size bytes; nothing where nothing was found, or where it may not be read. Returns
 * text. Any thread, but one at a time; takes VERDICT_MS.
 */
const char *verdict_find(pid_t pid, char *text, size_t size);

#endif

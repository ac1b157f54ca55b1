/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Why a process does not answer a request, seen from outside. */

#ifndef MPSH_MP_SILENCE_H
#define MPSH_MP_SILENCE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Write what is known of a process that has not answered a request to an action, as the
 * end of a sentence (": it is stopped"), into text, cut to size bytes; nothing when it is
 * gone. Where the process cannot be looked at, that is a guess. Takes some 30 ms at most.
 * Main thread.
 */
void silence_explain(pid_t pid, const char *action, char *text, size_t size);

#endif

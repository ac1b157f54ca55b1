/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Which peer a command is about: the peer named, or the only peer there is. Main
 * thread.
 */

#ifndef MPSH_CMDS_TARGET_H
#define MPSH_CMDS_TARGET_H

#include <sys/types.h>

#include "grammar/instance.h"
#include "message/stats.h"

struct target {
	unsigned int number;
	enum transport transport;
};

/* Find the peer that word names, which must not be this process. Returns 0, or a
 * negative errno after the error was printed. */
int target_find(const char *word, unsigned int *number);

/*
 * Find a process of this host: a number is a pid, any other word a peer; without a word
 * *pid is 0. Returns 0, or a negative errno after the error was printed.
 */
int target_process(const char *word, pid_t *pid);

/*
 * Find the only peer: in a secondary it is the primary, in the primary its only
 * secondary. Returns 0, or a negative errno after the error was printed. If there are
 * several secondaries, the error ends with otherwise, the advice what to do instead.
 */
int target_only(const char *otherwise, unsigned int *number);

/* The road that via names, else the ring. */
enum transport target_transport(const struct args *args);

/* Find the target from the command's <peer> and via. Returns as target_only(). */
int target_resolve(const struct args *args, struct target *target);

#endif

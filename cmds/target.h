/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Which peer a command is about: the one named, or the only one there is. Main thread.
 */

#ifndef MPSH_CMDS_TARGET_H
#define MPSH_CMDS_TARGET_H

#include "grammar/instance.h"
#include "message/stats.h"

struct target {
	unsigned int number;
	enum transport transport;
};

/* The peer that word names, which is not this process; 0, or a negative errno after the
 * error was printed. */
int target_find(const char *word, unsigned int *number);

/*
 * The only peer there is: of a secondary the primary, of the primary its one secondary.
 * 0, or a negative errno after the error was printed, with what to do otherwise when
 * there are several.
 */
int target_only(const char *otherwise, unsigned int *number);

/* From <peer> and via; as above. */
int target_resolve(const struct args *args, struct target *target);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* How much waits in one ring of the group that is looked at (look.h). Main thread. */

#ifndef MPSH_OUTSIDE_LEVEL_H
#define MPSH_OUTSIDE_LEVEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "outside/group.h"
#include "outside/ring.h"

struct level {
	struct group group;
	bool is_open;
	const char *typed; /* its name, the caller's */
	size_t length;
	struct ring ring;
};

/*
 * Take the ring with the name that was typed (text_name_bytes()), which is not copied.
 * Returns 0, or with one line in error as look_open() and find_ring().
 */
int level_open(
	struct level *level, const char *typed, size_t length, char *error, size_t size);

/*
 * How many elements wait in it now. When its process has ended it is the ring that it
 * left, and one that was freed and made anew is the new one. Returns 0, or with one line
 * in error as level_open(), and -EBADMSG when its positions cannot be.
 */
int level_look(struct level *level, uint32_t *used, char *error, size_t size);

void level_close(struct level *level);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks at one ring again and again. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "outside/find.h"
#include "outside/group.h"
#include "outside/level.h"
#include "outside/look.h"
#include "outside/ring.h"

/* Open what is looked at now, and find the ring in it. */
static int
find(struct level *level, char *error, size_t size)
{
	int ret;

	level_close(level);
	ret = look_open(&level->group, error, size);
	if (ret < 0)
		return ret;
	level->is_open = true;
	return find_ring(
		&level->group, level->typed, level->length, &level->ring, error, size);
}

int
level_open(
	struct level *level, const char *typed, size_t length, char *error, size_t size)
{
	*level = (struct level){ .typed = typed, .length = length };
	return find(level, error, size);
}

/* Is the ring where it was? */
static bool
is_there(struct level *level)
{
	struct ring ring;

	if (ring_read(&level->group, level->ring.address, &ring) < 0 ||
		memcmp(ring.name, level->ring.name, sizeof(ring.name)) != 0)
		return false;
	level->ring = ring;
	return true;
}

int
level_look(struct level *level, uint32_t *used, char *error, size_t size)
{
	int ret = is_there(level) ? 0 : find(level, error, size);

	if (ret == 0)
		ret = ring_check(&level->ring, error, size);
	*used = ring_used(&level->ring);
	return ret;
}

void
level_close(struct level *level)
{
	if (level->is_open)
		group_close(&level->group);
	level->is_open = false;
}

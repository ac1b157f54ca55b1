/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Tells programs and libraries from data: some of their mappings can be executed. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/array.h"
#include "host/maps.h"
#include "outside/programs.h"

struct walk {
	struct programs *programs;
	/* The file whose mappings are walked now. */
	dev_t device;
	ino_t inode;
	uint64_t base;
};

static bool
take(const struct host_mapping *mapping, void *ctx)
{
	struct walk *walk = ctx;
	struct programs *all = walk->programs;
	uint64_t *grown;

	if (mapping->inode != walk->inode || mapping->device != walk->device) {
		walk->device = mapping->device;
		walk->inode = mapping->inode;
		walk->base = mapping->from;
	}
	if (!mapping->executable || programs_have(all, walk->base))
		return true;
	grown = array_grow(all->bases, all->n, sizeof(*grown));
	if (grown == NULL)
		return false;
	all->bases = grown;
	grown[all->n++] = walk->base;
	return true;
}

void
programs_read(pid_t pid, struct programs *programs)
{
	struct walk walk = { .programs = programs };

	memset(programs, 0, sizeof(*programs));
	host_walk_maps(pid, take, &walk);
}

void
programs_free(struct programs *programs)
{
	free(programs->bases);
	memset(programs, 0, sizeof(*programs));
}

static int
compare(const void *one, const void *other)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

	return a < b ? -1 : a > b;
}

bool
programs_have(const struct programs *programs, uint64_t base)
{
	return programs->n > 0 &&
		bsearch(&base, programs->bases, programs->n, sizeof(base), compare) !=
		NULL;
}

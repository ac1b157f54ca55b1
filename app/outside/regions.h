/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The memory that makes a group: its configuration, EAL's arrays and the pages in use,
 * not what is only reserved. Any thread.
 */

#ifndef MPSH_OUTSIDE_REGIONS_H
#define MPSH_OUTSIDE_REGIONS_H

#include <stddef.h>
#include <stdint.h>

#include "outside/extents.h"

struct group;

/* What begins and ends where a page of the smallest size does. */
#define REGIONS_PAGE 4096

struct regions {
	struct extents loads;  /* what a dump shows, in whole pages */
	struct extents pieces; /* what of them can be read and may be no zeroes */
	uint64_t needed;       /* the most bytes that pieces may take in a file */
};

/*
 * Find the regions of a group. Of a process only what is present is in the pieces, and no
 * memory of a device. Returns 0, or an error with one line in error: -ENOMEM; -EBADMSG:
 * the lists of pages cannot be read; -ENOENT: no page is there. After 0
 * regions_free() them.
 */
int regions_find(
	const struct group *group, struct regions *regions, char *error, size_t size);
void regions_free(struct regions *regions);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a process has mapped, and what of it may be read. Any thread. */

#ifndef MPSH_OUTSIDE_MAPPINGS_H
#define MPSH_OUTSIDE_MAPPINGS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mapping {
	uint64_t from, to; /* to is the first address behind it */
	enum mapping_kind {
		MAPPING_CLOSED, /* not readable, or a device's registers: never read it */
		MAPPING_SHARED,
		MAPPING_CONSTANT, /* private, not writable */
		MAPPING_DATA,     /* of a program or a library, initialised or not */
		MAPPING_HEAP,     /* the one that malloc() grows by brk() */
		MAPPING_STACK,    /* of the main thread */
		MAPPING_ANONYMOUS,
	} kind;
	char *name; /* of the file of data, without its directory; NULL: none */
};

struct mappings {
	struct mapping *mappings; /* by address */
	size_t n;
};

/* Read them. Returns 0, -ENOMEM or the error of /proc. mappings_free() them. */
int mappings_read(pid_t pid, struct mappings *mappings);
void mappings_free(struct mappings *mappings);

/* The mapping of an address, NULL: none. */
const struct mapping *mappings_find(const struct mappings *mappings, uint64_t address);

#endif

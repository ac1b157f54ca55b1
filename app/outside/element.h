/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What an element of a ring is, as a document. For one thread. */

#ifndef MPSH_OUTSIDE_ELEMENT_H
#define MPSH_OUTSIDE_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "outside/mbuf.h"

struct elements {
	struct mbufs mbufs;
	uint32_t bytes; /* of each that are shown */
};

/*
 * What a pointer at a position leads to, and an element by value, of which bytes were
 * copied: an element of peek_look(). NULL without memory.
 */
json_t *element_pointer(struct elements *elements, int64_t position, uint64_t address);
json_t *element_value(int64_t position, const void *copy, size_t bytes);

/* Is this the address of an mbuf? Then *mbuf gets it. */
bool element_mbuf(struct elements *elements, uint64_t address, struct mbuf *mbuf);

#endif

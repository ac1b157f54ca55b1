/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * How fast rings are filled and emptied, and which of them stand still: from their
 * positions alone, which are looked at again and again. Main thread.
 */

#ifndef MPSH_OUTSIDE_RATES_H
#define MPSH_OUTSIDE_RATES_H

#include <stddef.h>
#include <stdint.h>

#include "outside/ring.h"

struct group;

struct rated_ring {
	struct ring ring; /* as it was looked at last */

	/* Since the last rates_begin(). */
	uint64_t in, out; /* elements */
	uint32_t most;    /* that waited at once */

	/* loop_now() when one side was seen first as it is now, with something begun and
	 * not ended; 0: nothing is. */
	uint64_t producer_stands, consumer_stands;
};

struct rates {
	struct rated_ring *rings; /* in the order of DPDK's list */
	size_t n;
	size_t next; /* that is looked at next */

	struct rates_place {
		uint64_t address; /* of the ring */
		size_t ring;      /* index in rings */
	} * places;               /* n of them, sorted by address */
};

/*
 * Look at the rings that are known; of very many only at some, in turns. A look each 20 s
 * is enough where 100 million elements a second pass.
 */
void rates_look(struct rates *rates, const struct group *group);

/*
 * Read the list of rings anew, and look at all of them. Returns 0; -EBADMSG when the list
 * is damaged: what could be read is known then; or -ENOMEM.
 */
int rates_update(struct rates *rates, const struct group *group);

/* Count from now on. */
void rates_begin(struct rates *rates);

/* The ring at this address, or NULL. */
const struct rated_ring *rates_find(const struct rates *rates, uint64_t address);

void rates_free(struct rates *rates);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Which peer a measurement is of: the one named, or the only one there is. Main thread.
 */

#ifndef MPSH_CMDS_TARGET_H
#define MPSH_CMDS_TARGET_H

#include "grammar/instance.h"
#include "message/stats.h"

struct target {
	unsigned int number;
	enum road road;
};

/* From <peer> and via; 0, or a negative errno after the error was printed. */
int target_resolve(const struct args *args, struct target *target);

/*
 * One round trip over rte_mp in a thread of its own: size bytes of text, at most
 * timeout_ms. Returns 0 with *rtt_ns, -ETIMEDOUT, -EINTR, -ECANCELED or another negative
 * errno. Counted in stats.
 */
int target_mp_round_trip(const struct target *target, unsigned int size,
	uint32_t timeout_ms, uint64_t *rtt_ns);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What was counted, by peer and transport. Counters are added to by whichever thread sees
 * the event; the round trips by the main thread alone. Nothing allocates after
 * stats_init().
 */

#ifndef MPSH_MESSAGE_STATS_H
#define MPSH_MESSAGE_STATS_H

#include <stdint.h>

#include "base/histogram.h"
#include "message/name.h"

enum transport { TRANSPORT_RING, TRANSPORT_MP, TRANSPORT_COUNT };

/* Rows beside those of the numbers 0 to PEERS_MAX. */
#define STATS_SIMPLE_MP (PEERS_MAX + 1) /* whoever is on the simple_mp rings */
#define STATS_OTHERS (PEERS_MAX + 2)    /* other DPDK processes, over rte_mp */
#define STATS_ROWS (PEERS_MAX + 3)

enum counter {
	COUNT_SENT,     /* questions put on a transport: replied to, timed out or still
			   waiting;     not those that a full ring refused */
	COUNT_RECEIVED, /* messages and requests taken for this process */
	COUNT_REPLIES,  /* to what was asked */
	COUNT_TIMEOUTS,
	COUNT_LATE,    /* replies after the timeout */
	COUNT_REFUSED, /* a full ring, here or on the way */
	COUNT_INVALID, /* what was no message */
	COUNT_BYTES,   /* of text, both ways */
	COUNT_COUNT
};

/* "ring" and "mp". */
const char *transport_name(enum transport transport);

/* Returns 0 or -ENOMEM. Main thread, before any other call. */
int stats_init(void);
void stats_free(void);

/* Any thread. */
void stats_count(
	unsigned int row, enum transport transport, enum counter counter, int64_t n);
uint64_t stats_get(unsigned int row, enum transport transport, enum counter counter);

/* A round trip in ns. Main thread. */
void stats_round_trip(unsigned int row, enum transport transport, uint64_t ns);
const struct histogram *stats_round_trips(unsigned int row, enum transport transport);

/* Zero one row, or all. What is still waiting is counted on its way out. Main thread. */
void stats_reset(unsigned int row);
void stats_reset_all(void);

#endif

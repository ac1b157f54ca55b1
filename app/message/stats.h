/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Statistics by peer and transport. Any thread may add to a counter; only the main
 * thread records round trips. Only stats_init() allocates memory.
 */

#ifndef MPSH_MESSAGE_STATS_H
#define MPSH_MESSAGE_STATS_H

#include <stdint.h>

#include "base/histogram.h"
#include "message/name.h"

enum transport { TRANSPORT_RING, TRANSPORT_MP, TRANSPORT_COUNT };

/* Rows 0 to PEERS_MAX belong to the peers of these numbers; further rows: */
#define STATS_SIMPLE_MP (PEERS_MAX + 1) /* the processes on simple_mp's rings */
#define STATS_OTHERS (PEERS_MAX + 2)    /* other DPDK processes, over rte_mp */
#define STATS_ROWS (PEERS_MAX + 3)

enum counter {
	COUNT_SENT,     /* questions put on a transport: replied to, timed out or
			   waiting, but not refused */
	COUNT_RECEIVED, /* messages and requests taken for this process */
	COUNT_REPLIES,  /* to questions that were sent */
	COUNT_TIMEOUTS,
	COUNT_LATE,    /* replies after the timeout */
	COUNT_REFUSED, /* not delivered, mostly since a ring on the way was full */
	COUNT_INVALID, /* received, but no valid message or no reply to a question */
	COUNT_BYTES,   /* of text, sent and received */
	COUNT_COUNT
};

/* "ring" and "mp". */
const char *transport_name(enum transport transport);

/* Make the table. Returns 0 or -ENOMEM. Main thread, before any other call. */
int stats_init(void);
void stats_free(void);

/* Add n to a counter; get a counter. Any thread. */
void stats_count(
	unsigned int row, enum transport transport, enum counter counter, int64_t n);
uint64_t stats_get(unsigned int row, enum transport transport, enum counter counter);

/* Record a round trip in ns; get the histogram of round trips. Main thread. */
void stats_round_trip(unsigned int row, enum transport transport, uint64_t ns);
const struct histogram *stats_round_trips(unsigned int row, enum transport transport);

/*
 * Zero one row, or all rows. The reply or the timeout of a question that waits
 * meanwhile is counted later. Main thread.
 */
void stats_reset(unsigned int row);
void stats_reset_all(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Counts what was sent, received and lost, by peer and transport. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "message/stats.h"

struct row {
	uint64_t counters[COUNT_COUNT];
	struct histogram round_trips;
};

/* Static, since rte_mp handlers get no user pointer. */
static struct row (*rows)[TRANSPORT_COUNT];

const char *
transport_name(enum transport transport)
{
	return transport == TRANSPORT_RING ? "ring" : "mp";
}

int
stats_init(void)
{
	/* A row of zeros is empty, and pages that are not touched take no memory. */
	rows = calloc(STATS_ROWS, sizeof(*rows));
	return rows != NULL ? 0 : -ENOMEM;
}

void
stats_free(void)
{
	free(rows);
	rows = NULL;
}

void
stats_count(unsigned int row, enum transport transport, enum counter counter, int64_t n)
{
	__atomic_fetch_add(&rows[row][transport].counters[counter], n, __ATOMIC_RELAXED);
}

uint64_t
stats_get(unsigned int row, enum transport transport, enum counter counter)
{
	return __atomic_load_n(&rows[row][transport].counters[counter], __ATOMIC_RELAXED);
}

void
stats_round_trip(unsigned int row, enum transport transport, uint64_t ns)
{
	histogram_record(&rows[row][transport].round_trips, ns);
}

const struct histogram *
stats_round_trips(unsigned int row, enum transport transport)
{
	return &rows[row][transport].round_trips;
}

void
stats_reset(unsigned int row)
{
	unsigned int transport, counter;

	for (transport = 0; transport < TRANSPORT_COUNT; transport++) {
		for (counter = 0; counter < COUNT_COUNT; counter++)
			__atomic_store_n(&rows[row][transport].counters[counter], 0,
				__ATOMIC_RELAXED);
		histogram_reset(&rows[row][transport].round_trips);
	}
}

void
stats_reset_all(void)
{
	unsigned int row;

	for (row = 0; row < STATS_ROWS; row++)
		stats_reset(row);
}

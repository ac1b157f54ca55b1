/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* TSC ticks as time, by a frequency that is measured in the first second. */

#include <time.h>

#include <rte_cycles.h>

#include "base/ticks.h"

#define SECOND_NS UINT64_C(1000000000)

/* Over a shorter time the error of reading the two clocks would show. */
#define SHORTEST_NS UINT64_C(10000000)

/* The same moment by both clocks. */
struct moment {
	uint64_t ns; /* CLOCK_MONOTONIC_RAW */
	uint64_t ticks;
};

static struct moment began;
static uint64_t measured; /* by this process, 0: not yet */

/* The frequency in use, atomic; 0: that of rte_get_tsc_hz(). */
static uint64_t hz;

/*
 * Read both clocks. Of several readings the one that took the least time is returned:
 * the thread was not preempted between its two clocks.
 */
static struct moment
read_clocks(void)
{
	uint64_t shortest = UINT64_MAX;
	struct moment best = { 0 };
	int i;

	for (i = 0; i < 8; i++) {
		uint64_t before = rte_rdtsc(), after;
		struct timespec time;

		clock_gettime(CLOCK_MONOTONIC_RAW, &time);
		after = rte_rdtsc();
		if (after - before >= shortest)
			continue;
		shortest = after - before;
		best.ticks = before + shortest / 2;
		best.ns = time.tv_sec * SECOND_NS + time.tv_nsec;
	}
	return best;
}

void
ticks_begin(void)
{
	began = read_clocks();
}

uint64_t
ticks_calibrate(void)
{
	struct moment end = read_clocks();
	uint64_t ns = end.ns - began.ns;

	if (began.ns == 0 || ns < SHORTEST_NS)
		return 0;
	measured = (uint64_t)((long double)(end.ticks - began.ticks) * SECOND_NS / ns);
	__atomic_store_n(&hz, measured, __ATOMIC_RELAXED);
	return ns;
}

void
ticks_adopt(uint64_t other)
{
	uint64_t own = measured != 0 ? measured : rte_get_tsc_hz();

	if (other > own - own / 100 && other < own + own / 100)
		__atomic_store_n(&hz, other, __ATOMIC_RELAXED);
}

uint64_t
ticks_hz(void)
{
	uint64_t in_use = __atomic_load_n(&hz, __ATOMIC_RELAXED);

	return in_use != 0 ? in_use : rte_get_tsc_hz();
}

uint64_t
ticks_to_ns(uint64_t ticks)
{
	uint64_t per_s = ticks_hz();

	return ticks / per_s * SECOND_NS + ticks % per_s * SECOND_NS / per_s;
}

uint64_t
ticks_of_ms(uint32_t ms)
{
	uint64_t per_s = ticks_hz();

	return ms / 1000 * per_s + (ms % 1000 * per_s + 999) / 1000;
}

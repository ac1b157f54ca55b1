/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Durations counted in buckets, so that recording a duration takes a few instructions
 * without a lock or an allocation. Durations reach from 0 ns to about 4.9 hours
 * (2^44 - 1 ns); longer ones count as the longest. A bucket is at most 1/32 of its
 * value wide.
 */

#ifndef MPSH_BASE_HISTOGRAM_H
#define MPSH_BASE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB_BITS 5 /* 32 buckets for each power of two */
#define HISTOGRAM_MAX_BITS 44
#define HISTOGRAM_BUCKETS                                                                \
	((HISTOGRAM_MAX_BITS - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

/* A histogram whose bytes are all zero is empty. */
struct histogram {
	uint64_t count;
	uint64_t min; /* ns, exact */
	uint64_t max; /* ns, exact */
	uint64_t bucket[HISTOGRAM_BUCKETS];
};

/* Empty h. Only the thread that records into h may call this. */
void histogram_reset(struct histogram *h);

/*
 * Count one duration of ns nanoseconds. Only one thread may record into a histogram;
 * other threads may read it meanwhile and miss the last few durations.
 */
void histogram_record(struct histogram *h, uint64_t ns);

/*
 * The duration in ns that percent (0 to 100, such as 99.99) of the counted durations do
 * not exceed: the upper end of a bucket, but within min and max. Percent 0 gives min,
 * 100 gives max; an empty h gives 0. Any thread.
 */
uint64_t histogram_percentile(const struct histogram *h, double percent);

/*
 * Divide the range from min to max into n parts that are equal on a logarithmic scale,
 * for drawing. counts[i] gets the number of durations in part i, lower[i] its lower end
 * in ns; lower has n + 1 entries, and the last is the upper end of the range. Returns
 * the largest count; 0 when h is empty. Any thread.
 */
uint64_t histogram_parts(
	const struct histogram *h, unsigned int n, uint64_t counts[], uint64_t lower[]);

#endif

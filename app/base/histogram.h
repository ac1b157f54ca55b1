/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Durations counted in buckets, so that recording one is a few instructions,
 * without a lock or an allocation. Values from 0 ns to about 4.9 hours (2^44 ns);
 * larger ones count as that. A bucket is at most 1/32 of its value wide.
 */

#ifndef MPSH_BASE_HISTOGRAM_H
#define MPSH_BASE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB_BITS 5 /* 32 buckets for each power of two */
#define HISTOGRAM_MAX_BITS 44
#define HISTOGRAM_BUCKETS                                                                \
	((HISTOGRAM_MAX_BITS - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

/* One of zero bytes is empty. */
struct histogram {
	uint64_t count;
	uint64_t min; /* ns, exact */
	uint64_t max; /* ns, exact */
	uint64_t bucket[HISTOGRAM_BUCKETS];
};

/* Empty h. The thread that records into it calls this. */
void histogram_reset(struct histogram *h);

/*
 * Count one duration of ns nanoseconds. One thread records into a histogram; others
 * may read it meanwhile and see a count that is a few short.
 */
void histogram_record(struct histogram *h, uint64_t ns);

/*
 * The duration in ns that percent (0 to 100, such as 99.99) of those counted do
 * not exceed: the upper end of its bucket, never more than max nor less than min. 0
 * when h is empty. Percent 0 is min, 100 is max.
 */
uint64_t histogram_percentile(const struct histogram *h, double percent);

/*
 * Draw h as rows lines' worth of counts: the range of the durations counted, divided
 * into n equal parts on a logarithmic scale; counts[i] gets how many fell in
 * part i, lower[i] its lower end in ns (lower has n + 1 entries, the last is the
 * upper end). Returns the largest count; 0 when h is empty.
 */
uint64_t histogram_parts(
	const struct histogram *h, unsigned int n, uint64_t counts[], uint64_t lower[]);

#endif

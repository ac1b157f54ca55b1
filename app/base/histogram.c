/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* A histogram of durations with logarithmic buckets, and its percentiles. */

#include <math.h>
#include <string.h>

#include "base/histogram.h"

#define SUBS (1u << HISTOGRAM_SUB_BITS) /* buckets for each power of two */
#define LARGEST ((UINT64_C(1) << HISTOGRAM_MAX_BITS) - 1)

/*
 * A histogram has one writer and no lock, so a counter needs no atomic increment, only
 * loads and stores that are never torn.
 */
static uint64_t
get(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void
set(uint64_t *counter, uint64_t value)
{
	__atomic_store_n(counter, value, __ATOMIC_RELAXED);
}

/*
 * Below SUBS each value has its bucket. Above, the highest bit gives the group and
 * the HISTOGRAM_SUB_BITS bits after it the bucket in the group.
 */
static unsigned int
bucket_of(uint64_t ns)
{
	unsigned int shift;

	if (ns < SUBS)
		return ns;
	shift = 63 - __builtin_clzll(ns) - HISTOGRAM_SUB_BITS;
	return ((shift + 1) << HISTOGRAM_SUB_BITS) + ((ns >> shift) & (SUBS - 1));
}

static uint64_t
bucket_lower(unsigned int bucket)
{
	unsigned int group = bucket >> HISTOGRAM_SUB_BITS;

	if (group == 0)
		return bucket;
	return (uint64_t)(SUBS + (bucket & (SUBS - 1))) << (group - 1);
}

static uint64_t
bucket_upper(unsigned int bucket)
{
	return bucket_lower(bucket + 1) - 1;
}

static uint64_t
clamp(uint64_t ns, uint64_t min, uint64_t max)
{
	if (ns > max)
		return max;
	return ns < min ? min : ns;
}

void
histogram_reset(struct histogram *h)
{
	unsigned int i;

	set(&h->count, 0);
	set(&h->min, 0);
	set(&h->max, 0);
	for (i = 0; i < HISTOGRAM_BUCKETS; i++)
		set(&h->bucket[i], 0);
}

void
histogram_record(struct histogram *h, uint64_t ns)
{
	uint64_t *bucket;

	if (ns > LARGEST)
		ns = LARGEST;
	bucket = &h->bucket[bucket_of(ns)];
	if (ns < h->min || h->count == 0)
		set(&h->min, ns);
	if (ns > h->max)
		set(&h->max, ns);
	set(bucket, *bucket + 1);
	set(&h->count, h->count + 1);
}

uint64_t
histogram_percentile(const struct histogram *h, double percent)
{
	uint64_t min = get(&h->min), max = get(&h->max), count = get(&h->count);
	uint64_t rank, seen = 0;
	double exact;
	unsigned int i;

	if (count == 0)
		return 0;
	if (percent <= 0)
		return min;
	if (percent >= 100)
		return max;

	/*
	 * The rank is rounded up, but not for the error of binary fractions: 99.9 % of
	 * 41000 comes out just above 40959.
	 */
	exact = percent * count / 100;
	rank = exact;
	if (exact - rank > 1e-6)
		rank++;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += get(&h->bucket[i]);
		if (seen >= rank)
			return clamp(bucket_upper(i), min, max);
	}
	return max; /* the buckets were reset meanwhile */
}

uint64_t
histogram_parts(
	const struct histogram *h, unsigned int n, uint64_t counts[], uint64_t lower[])
{
	uint64_t min = get(&h->min), max = get(&h->max), largest = 0, middle;
	double edge, factor;
	unsigned int i, part = 0;

	if (n == 0)
		return 0;
	memset(counts, 0, n * sizeof(counts[0]));
	memset(lower, 0, (n + 1) * sizeof(lower[0]));
	if (get(&h->count) == 0)
		return 0;

	/* A logarithmic scale has no 0 ns: it begins at 1 ns instead. */
	edge = min != 0 ? min : 1;
	factor = pow(max > edge ? max / edge : 1, 1.0 / n);
	lower[0] = min;
	for (i = 1; i < n; i++) {
		edge *= factor;
		lower[i] = clamp(llround(edge), min, max);
	}
	lower[n] = max;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		/* A bucket across an edge counts whole in the part of its middle. */
		middle = bucket_lower(i) + (bucket_upper(i) - bucket_lower(i)) / 2;
		middle = clamp(middle, min, max);
		while (min != max && part < n - 1 && middle >= lower[part + 1])
			part++;
		counts[part] += get(&h->bucket[i]);
		if (counts[part] > largest)
			largest = counts[part];
	}
	return largest;
}

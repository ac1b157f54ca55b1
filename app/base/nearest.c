/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the known word that a misspelt word most likely means. */

#include <stdint.h>
#include <string.h>

#include "base/nearest.h"

/* Longer words, in bytes, are never found. */
#define NEAREST_MAX_LENGTH 63

static unsigned int
least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * The number of edits between a and b, by optimal string alignment. b has at most
 * NEAREST_MAX_LENGTH bytes. before is the row before last.
 */
static unsigned int
distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned int rows[3][NEAREST_MAX_LENGTH + 1];
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2], *swap;
	size_t i, j;

	for (j = 0; j <= b_length; j++)
		last[j] = j;
	for (i = 1; i <= a_length; i++) {
		row[0] = i;
		for (j = 1; j <= b_length; j++) {
			row[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]),
				least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		swap = before;
		before = last;
		last = row;
		row = swap;
	}
	return last[b_length];
}

const char *
text_nearest(const char *slip, const char *const words[], size_t n)
{
	size_t slip_length = strlen(slip), length, i;
	unsigned int best = UINT32_MAX, edits;
	const char *nearest = NULL;

	if (slip_length == 0)
		return NULL;
	for (i = 0; i < n; i++) {
		length = strlen(words[i]);
		if (length > NEAREST_MAX_LENGTH)
			continue;
		edits = distance(slip, slip_length, words[i], length);
		if (edits <= (length <= 3 ? 1 : 2) && edits < best) {
			best = edits;
			nearest = words[i];
		}
	}
	return nearest;
}

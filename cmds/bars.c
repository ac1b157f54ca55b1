/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Draws a histogram in block characters. */

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/histogram.h"
#include "cmds/bars.h"
#include "output/output.h"

#define BARS 8       /* rows of the histogram */
#define BAR_WIDTH 32 /* columns of the longest bar */

/*
 * Draw the bar of count into buf, to 1/8 column; most is the count of the longest bar.
 */
static void
draw_bar(char *buf, uint64_t count, uint64_t most)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	unsigned int length = count * BAR_WIDTH * 8 / most;

	buf[0] = '\0';
	for (; length >= 8; length -= 8)
		strcat(buf, "█");
	strcat(buf, eighths[length]);
	if (buf[0] == '\0' && count != 0)
		strcat(buf, eighths[1]);
}

void
bars_print(const struct histogram *times)
{
	uint64_t counts[BARS], lower[BARS + 1], most;
	char bar[BAR_WIDTH * 3 + 8];
	unsigned int i,
		parts = times->max / 2 > times->min || times->count > BARS ? BARS : 1;

	most = histogram_parts(times, parts, counts, lower);
	for (i = 0; i < parts && most != 0; i++) {
		draw_bar(bar, counts[i], most);
		output_line("%10s %s %" PRIu64, output_duration(lower[i]).text, bar,
			counts[i]);
	}
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The known layouts of DPDK's structures. */

#include <stddef.h>
#include <stdint.h>

#include <rte_common.h>

#include "outside/layout.h"
#include "outside/layouts/releases.h"

/* A release as it stands in the upper half of rte_mem_config.version. */
#define RELEASE(year, month) ((year) << 8 | (month))

/* Of each there are two, with cache lines of 64 bytes and of 128: as mpsh has them. */
#define KNOWN(year, month, layout)                                                       \
	{ RELEASE(year, month), &(layout)[RTE_CACHE_LINE_SIZE == 128] },

static const struct {
	uint32_t release;
	const struct layout *layout;
} known[] = { LAYOUT_RELEASES(KNOWN) };

const struct layout *
layout_of(uint32_t version)
{
	uint32_t release = version >> 16;
	unsigned int i;

	for (i = 0; i < RTE_DIM(known); i++)
		if (known[i].release == release)
			return known[i].layout;
	return NULL;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The known layouts of struct rte_mem_config. */

#include <stddef.h>
#include <stdint.h>

#include <rte_common.h>

#include "outside/layout.h"

/* 22.11 as it stands in rte_mem_config.version: year and month, a byte each. */
#define RELEASE(year, month) ((year) << 8 | (month))

static const struct {
	uint32_t from, to; /* RELEASE() */
	struct layout layout;
} known[] = {
	{ RELEASE(21, 11), RELEASE(22, 11),
		{ .memzones = 40, .memsegs = 136, .tailq_head = 17544 } },
	/* 23.03 on: another lock before them (5fa337858d in DPDK). */
	{ RELEASE(23, 3), RELEASE(25, 11),
		{ .memzones = 48, .memsegs = 144, .tailq_head = 17552 } },
	/* 26.07 on: the address space in one piece (3368bc8600 in DPDK). */
	{ RELEASE(26, 7), RELEASE(26, 11),
		{ .memzones = 48, .memsegs = 144, .tailq_head = 17576 } },
};

const struct layout *
layout_of(uint32_t version)
{
	uint32_t release = version >> 16;
	unsigned int i;

	for (i = 0; i < RTE_DIM(known); i++)
		if (release >= known[i].from && release <= known[i].to)
			return &known[i].layout;
	return NULL;
}

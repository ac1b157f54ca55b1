/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Where the fields of DPDK's struct rte_mem_config are, which no header of DPDK's says.
 * Seen with the compiler in the sources (lib/eal/common/eal_memcfg.h) of 21.11 to 26.07.
 */

#ifndef MPSH_OUTSIDE_LAYOUT_H
#define MPSH_OUTSIDE_LAYOUT_H

#include <stdint.h>

#define LAYOUT_MAGIC 0
#define LAYOUT_VERSION 4
#define LAYOUT_CONFIG_ADDRESS 25288 /* mem_cfg_addr */
#define LAYOUT_CONFIG_SIZE 25344

#define LAYOUT_MAGIC_VALUE 19820526 /* RTE_MAGIC */

/* The offsets that differ between releases. */
struct layout {
	uint32_t memzones;   /* struct rte_fbarray */
	uint32_t memsegs;    /* RTE_MAX_MEMSEG_LISTS times struct rte_memseg_list */
	uint32_t tailq_head; /* RTE_MAX_TAILQ times struct rte_tailq_head */
};

/*
 * The layout of the release with this number, as rte_mem_config.version has it (its year
 * is the highest byte, its month the next), or NULL for one that is not known.
 */
const struct layout *layout_of(uint32_t version);

#endif

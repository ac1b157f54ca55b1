/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Where the fields of DPDK's structures are, in each release that was measured. It is
 * this table that decides how a process is read, and no header of the DPDK that mpsh is
 * built with: the process may be of another release.
 *
 * A field has the name of its structure before its own: rte_ring_prod is the offset of
 * struct rte_ring's prod, size_of_rte_ring its size, both in bytes. fields.h lists them.
 */

#ifndef MPSH_OUTSIDE_LAYOUT_H
#define MPSH_OUTSIDE_LAYOUT_H

#include <stdint.h>

#include "outside/fields.h"

/* Where struct rte_mem_config has what tells the release: these never moved. */
#define LAYOUT_MAGIC 0
#define LAYOUT_VERSION 4

#define LAYOUT_MAGIC_VALUE 19820526 /* RTE_MAGIC */

#define LAYOUT_SIZE(type) uint32_t size_of_##type;
#define LAYOUT_MEMBER(type, member) uint32_t type##_##member;
#define LAYOUT_NUMBER(name, value) uint32_t name;

struct layout {
	LAYOUT_FIELDS(LAYOUT_SIZE, LAYOUT_MEMBER, LAYOUT_NUMBER)
};

/*
 * The layout of the release with this number, as rte_mem_config.version has it (its year
 * is the highest byte, its month the next, then its stable update), or NULL for a release
 * that was not measured. A stable update has the layout of the release that it updates,
 * but for one field (pending.c). A process is taken to have the cache lines of mpsh (64
 * bytes on x86, 128 on Arm): rte_mem_config_mem_cfg_addr holds the structure's own
 * address only if it has. Any thread; what is returned is constant.
 */
const struct layout *layout_of(uint32_t version);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The shared memory of a DPDK group, as one of its processes has it mapped: where its
 * lists begin, and walking them without a lock. Any thread.
 */

#ifndef MPSH_OUTSIDE_GROUP_H
#define MPSH_OUTSIDE_GROUP_H

#include <stdint.h>

#include "outside/source.h"

struct layout;

struct group {
	struct source source;
	uint64_t config; /* address of its struct rte_mem_config */
	uint32_t version;
	const struct layout *layout;
};

/*
 * Look at the group of this process. Returns 0; -ENOENT: no memory of a group is mapped;
 * -EBADMSG: what is mapped is none; -EPROTO: that of a DPDK whose layout is not known,
 * and group->version says which.
 */
int group_open_own(struct group *group);

/*
 * Bytes of the pages that the group has, as rte_eal_get_physmem_size() counts them.
 * Returns 0, or -EBADMSG if the lists of pages cannot be read or cannot be.
 */
int group_memory(const struct group *group, uint64_t *bytes);

/*
 * Call visit(group, address, ctx) with the address of each object in the tail queue of
 * this name ("RTE_RING"). Returns 0; -EBADMSG when the list does not end properly: it may
 * change meanwhile, or be damaged, and what was visited till then is what can be had.
 */
int group_walk(const struct group *group, const char *tailq,
	void (*visit)(const struct group *group, uint64_t address, void *ctx), void *ctx);

#endif

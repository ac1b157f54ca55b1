/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Finds struct rte_config among a process's variables. It is private to EAL, and has not
 * changed since 21.11 but in the sizes that a build chooses:
 *
 *   uint32_t main_lcore, lcore_count, numa_node_count, numa_nodes[RTE_MAX_NUMA_NODES],
 *            service_lcore_count, lcore_role[RTE_MAX_LCORE], process_type, iova_mode;
 *   struct rte_mem_config *mem_config;
 *
 * So each pointer to the group's configuration is looked at, and what is before it must
 * say the same twice: as many lcores as are counted, of which the main one is one, and
 * NUMA nodes as they are counted.
 */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "outside/group.h"
#include "outside/lcores.h"
#include "outside/members.h"
#include "outside/pages.h"
#include "outside/source.h"

#define BLOCK (1 << 16)

/* Of EAL's variables in all. */
#define VARIABLES_MAX (64 << 20)

/* enum rte_lcore_role_t */
#define ROLE_RTE 0
#define ROLE_OFF 1
#define ROLE_SERVICE 2
#define ROLE_NON_EAL 3

/* The numbers before the pointer that are not in an array. */
#define WORDS_BEFORE                                                                     \
	4              /* main_lcore, lcore_count, numa_node_count, service_lcore_count  \
			*/
#define WORDS_BEHIND 2 /* process_type, iova_mode */

#define NODES_MAX 64
#define NODE_END 1024 /* MAX_NUMNODES of Linux */
#define WORDS_MAX (WORDS_BEFORE + NODES_MAX + LCORES_MAX + WORDS_BEHIND)
#define TAIL 8192 /* more than so many numbers, and a multiple of 8 */

struct search {
	const struct group *group;
	struct lcores *lcores;
	char *bytes;  /* TAIL of the pages before, then BLOCK */
	size_t tail;  /* how many there are before */
	uint64_t end; /* of those pages */
	bool found;
};

/* NUMA nodes are in their order, and behind the last are zeros. */
static bool
are_nodes(const uint32_t *numbers, unsigned int n, unsigned int max)
{
	unsigned int i;

	if (n == 0 || n > max)
		return false;
	for (i = 1; i < max; i++)
		if (i < n ? numbers[i] <= numbers[i - 1] : numbers[i] != 0)
			return false;
	return numbers[n - 1] < NODE_END;
}

/* Can head be the first numbers, with this many roles of so many kinds behind them? */
static bool
agrees(const uint32_t *head, unsigned int nodes, unsigned int n,
	const unsigned int counts[4])
{
	const uint32_t *roles = head + WORDS_BEFORE + nodes;

	return head[0] < n && roles[head[0]] == ROLE_RTE && head[1] == counts[ROLE_RTE] &&
		are_nodes(head + 3, head[2], nodes) &&
		head[3 + nodes] == counts[ROLE_SERVICE];
}

static void
take(struct lcores *lcores, uint32_t main_lcore, const uint32_t *roles, unsigned int n,
	uint32_t type)
{
	unsigned int i;

	memset(lcores, 0, sizeof(*lcores));
	lcores->is_primary = type == 0;
	lcores->main_lcore = main_lcore;
	for (i = 0; i < n; i++)
		lcores->used[i] = roles[i] != ROLE_OFF;
}

/* words has n numbers, of which the last two are process_type and iova_mode. */
static bool
take_words(struct lcores *lcores, const uint32_t *words, size_t n)
{
	static const unsigned int nodes[] = { 32, 8, 4, 1, 2, 16, 64 };
	const uint32_t *end = words + n - WORDS_BEHIND, *roles;
	unsigned int counts[4] = { 0 }, lcore = 0, i;

	if (n < WORDS_BEHIND || end[0] > 1 || end[1] > 2)
		return false;
	for (roles = end - 1; roles >= words && lcore < LCORES_MAX; roles--) {
		if (*roles > ROLE_NON_EAL)
			return false;
		counts[*roles]++;
		lcore++;
		for (i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
			size_t before = WORDS_BEFORE + nodes[i];

			if ((size_t)(roles - words) < before || counts[ROLE_RTE] == 0 ||
				!agrees(roles - before, nodes[i], lcore, counts))
				continue;
			take(lcores, *(roles - before), roles, lcore, end[0]);
			return true;
		}
	}
	return false;
}

/*
 * Look at what is before each pointer in the block. What is read are pages that are
 * there, the end of the block before them among it.
 */
static bool
scan_block(uint64_t address, size_t bytes, void *ctx)
{
	struct search *search = ctx;
	char *block = search->bytes + TAIL;
	ssize_t n, at;

	if (address != search->end)
		search->tail = 0;
	n = source_read_some(
		(struct source *)&search->group->source, address, block, bytes);
	for (at = 0; at + 8 <= n && !search->found; at += 8) {
		size_t before = search->tail + at;

		/* A primary with IOVA as PA has its last two numbers as 0x100000000, and
		 * there the configuration may lie.
		 */
		if (group_u64(block, at) != search->group->config ||
			(at + 16 <= n &&
				group_u64(block, at + 8) == search->group->config))
			continue;
		if (before > WORDS_MAX * sizeof(uint32_t))
			before = WORDS_MAX * sizeof(uint32_t);
		search->found = take_words(search->lcores,
			(const uint32_t *)(const void *)(block + at - before),
			before / sizeof(uint32_t));
	}
	search->tail = n > TAIL ? TAIL : n > 0 ? (size_t)n : 0;
	if (n > 0)
		memmove(block - search->tail, block + n - search->tail, search->tail);
	search->end = address + bytes;
	return !search->found;
}

int
lcores_read(const struct group *group, const struct member *member, struct lcores *lcores)
{
	struct search search = { .group = group, .lcores = lcores };
	unsigned int i;

	search.bytes = memory_get(TAIL + BLOCK);
	for (i = 0; i < member->n_ranges && search.bytes != NULL && !search.found; i++)
		if (member->ranges[i].to - member->ranges[i].from <= VARIABLES_MAX)
			pages_walk(member->pid, member->ranges[i].from,
				member->ranges[i].to, BLOCK, scan_block, &search);
	free(search.bytes);
	return search.found ? 0 : -ENOENT;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Lets a secondary join a primary that lacks some of its tailqs; only built with
 * -Dstatic_eal=true. A library of DPDK lists its objects in a tailq in shared memory, and
 * rte_eal_init() fails in a secondary whose tailq the primary does not have. A primary
 * may lack the tailqs of librte_ring or librte_mempool. So the linker (--wrap) replaces
 * two functions of EAL by those below: tailqs are registered only after rte_eal_init(),
 * and a tailq that the primary lacks is replaced by an empty one of this process.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include <rte_eal.h>
#include <rte_tailq.h>

#define TAILQS_MAX 16

int __real_rte_eal_init(int argc, char *argv[]);
int __real_rte_eal_tailq_register(struct rte_tailq_elem *tailq);
int __wrap_rte_eal_init(int argc, char *argv[]);
int __wrap_rte_eal_tailq_register(struct rte_tailq_elem *tailq);

static struct rte_tailq_elem *kept[TAILQS_MAX];
static struct rte_tailq_head empty[TAILQS_MAX];
static unsigned int n_kept;
static bool is_started;

/* Called by the libraries' constructors, and after the start for the tailqs of others. */
int
__wrap_rte_eal_tailq_register(struct rte_tailq_elem *tailq)
{
	if (is_started)
		return __real_rte_eal_tailq_register(tailq);
	if (n_kept == TAILQS_MAX)
		return -1;
	kept[n_kept++] = tailq;
	return 0;
}

int
__wrap_rte_eal_init(int argc, char *argv[])
{
	int ret = __real_rte_eal_init(argc, argv);
	unsigned int i;

	is_started = true;
	for (i = 0; ret >= 0 && i < n_kept; i++) {
		if (rte_eal_process_type() != RTE_PROC_PRIMARY &&
			rte_eal_tailq_lookup(kept[i]->name) == NULL) {
			TAILQ_INIT(&empty[i].tailq_head);
			kept[i]->head = &empty[i];
		} else if (__real_rte_eal_tailq_register(kept[i]) < 0) {
			ret = -1;
		}
	}
	return ret;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The tailqs of DPDK's libraries, for secondaries that have more of them than mpsh. */

#include <rte_common.h>
#include <rte_tailq.h>

#include "startup/known_tailqs.h"

/*
 * All that the libraries of DPDK 22.11 to 25.11 register, but for those that an mpsh
 * always has: with the 17 of a Debian they take 29 of RTE_MAX_TAILQ places. Nobody but
 * their own libraries uses them; here they stay empty.
 */
static struct rte_tailq_elem known[] = {
	{ .name = "RTE_RIB" },
	{ .name = "RTE_RIB6" },
	{ .name = "RTE_FIB" },
	{ .name = "RTE_FIB6" },
	{ .name = "RTE_REORDER" },
	{ .name = "RTE_DISTRIBUTOR" },
	{ .name = "RTE_DIST_BURST" },
	{ .name = "RTE_MEMBER" },
	{ .name = "RTE_EFD" },
	{ .name = "RTE_IPSEC_SAD" },
	{ .name = "RTE_SWX_IPSEC" },
	{ .name = "dummy" }, /* dpdk-test's own */
	/* What a build with fewer libraries, or a static one, lacks. */
	{ .name = "RTE_HASH" },
	{ .name = "RTE_FBK_HASH" },
	{ .name = "RTE_THASH" },
	{ .name = "RTE_LPM" },
	{ .name = "RTE_LPM6" },
	{ .name = "RTE_STACK" },
	{ .name = "RTE_MBUF_DYNFIELD" },
	{ .name = "RTE_MBUF_DYNFLAG" },
	{ .name = "RTE_ACL" },
	{ .name = "UIO_RESOURCE_LIST" },
	{ .name = "VFIO_RESOURCE_LIST" },
	{ .name = "VMBUS_RESOURCE_LIST" },
	{ .name = "RTE_SWX_PIPELINE" },
	{ .name = "RTE_SWX_CTL_PIPELINE" },
};

void
known_tailqs_make(void)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(known); i++)
		if (rte_eal_tailq_lookup(known[i].name) == NULL &&
			rte_eal_tailq_register(&known[i]) < 0)
			return; /* no more room */
}

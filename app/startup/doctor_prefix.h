/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Doctor's checks of a file prefix: runtime directory, primary, holders of an earlier
 * primary's memory, namespaces, rte_mp sockets. Main thread.
 */

#ifndef MPSH_STARTUP_DOCTOR_PREFIX_H
#define MPSH_STARTUP_DOCTOR_PREFIX_H

struct host_hugepages;
struct look;

void look_at_runtime_dir(struct look *look);
void look_at_primary(struct look *look);

/* Look for processes that hold the memory lists of an earlier primary, so that no new
 * primary can start (fact 7 of app/README.md). */
void look_at_holders(struct look *look);

/* Is this process in the namespaces of the primary, as far as DPDK needs? */

/* Are the prefix's hugepage files the primary's, and free if there is none? */
void look_at_map_files(struct look *look, const struct host_hugepages *hugepages);
void look_at_namespaces(struct look *look, const struct host_hugepages *hugepages);
void look_at_sockets(struct look *look);

#endif

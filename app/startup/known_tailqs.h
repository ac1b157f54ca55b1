/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The tailqs of DPDK's libraries, for secondaries that have more of them than mpsh. */

#ifndef MPSH_STARTUP_KNOWN_TAILQS_H
#define MPSH_STARTUP_KNOWN_TAILQS_H

/*
 * In a primary, after rte_eal_init(): make the tailqs of DPDK's libraries that it does
 * not have itself, while there is room. A secondary with one that its primary lacks does
 * not start. Main thread.
 */
void known_tailqs_make(void);

#endif

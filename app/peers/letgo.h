/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Letting go of a dead primary's memory, so that a new one can start at once (a primary
 * cannot start while anyone holds the old files: DPDK locks them).
 */

#ifndef MPSH_PEERS_LETGO_H
#define MPSH_PEERS_LETGO_H

/*
 * Unmap and close what /proc/self shows of the prefix's fbarray files, of its hugepages
 * and of its rte_mp socket. No other thread may touch shared memory any more, and no rte_
 * call that does may follow in this process. Main thread.
 */
void letgo_shared_memory(const char *runtime_dir, const char *file_prefix);

/*
 * After rte_eal_init() has failed in a secondary: take its own files out of the primary's
 * runtime directory, which EAL leaves there (its rte_mp socket and its copies of the
 * memory lists, both with its pid in their names). Main thread.
 */
void letgo_failed_start(const char *runtime_dir);

#endif

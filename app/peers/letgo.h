/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Letting go of a dead primary's memory. A new primary cannot start while any process
 * holds the old primary's files (fact 7 of app/README.md).
 */

#ifndef MPSH_PEERS_LETGO_H
#define MPSH_PEERS_LETGO_H

/*
 * End EAL with its rte_mp thread and socket, then unmap and close all fbarray files and
 * hugepages of the prefix. The worker must have ended before; afterwards this process
 * must not make any DPDK call that uses shared memory. Main thread.
 */
void letgo_shared_memory(const char *runtime_dir, const char *file_prefix);

/*
 * After rte_eal_init() has failed in a secondary: remove the files that EAL leaves in
 * the primary's runtime directory (the secondary's rte_mp socket and its copies of the
 * memory lists; all have the secondary's pid in their names). Main thread.
 */
void letgo_failed_start(const char *runtime_dir);

#endif

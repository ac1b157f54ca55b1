/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Letting go of a dead primary's memory. A new primary cannot start while any process
 * holds the old primary's files (fact 7 of app/README.md).
 */

#ifndef MPSH_PEERS_LETGO_H
#define MPSH_PEERS_LETGO_H

#include <stdbool.h>

/*
 * Unmap and close all fbarray files and hugepages of the prefix, and remove this
 * secondary's own files. Without rte_eal_cleanup(), which takes a lock in that memory
 * (fact 13 of app/README.md). The worker and the rte_mp thread must have ended before;
 * afterwards this process must not make any DPDK call that uses shared memory. Main
 * thread.
 */
void letgo_shared_memory(const char *runtime_dir, const char *file_prefix);

/*
 * Remove the files of this process that EAL leaves in the runtime directory when it could
 * not start or end: its rte_mp socket, and a secondary's copies of the memory lists,
 * which have its pid in their names. Any thread.
 */
void letgo_own_files(const char *runtime_dir, bool is_primary);

#endif

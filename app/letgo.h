/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Letting go of a dead primary's memory, so that a new one can start at once (a primary
 * cannot start while anyone holds the old files: DPDK locks them).
 */

#ifndef MPSH_LETGO_H
#define MPSH_LETGO_H

/*
 * Unmap and close what /proc/self shows of the prefix's fbarray files, of its hugepages
 * and of its rte_mp socket. No other thread may touch shared memory any more, and no rte_
 * call that does may follow in this process. Main thread.
 */
void letgo_shared_memory(const char *runtime_dir, const char *file_prefix);

#endif

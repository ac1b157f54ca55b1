/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Histograms as text. Main thread. */

#ifndef MPSH_CMDS_BARS_H
#define MPSH_CMDS_BARS_H

struct histogram;

/* Print the durations that were counted as bars, in lines of at most 60 columns. */
void bars_print(const struct histogram *times);

#endif

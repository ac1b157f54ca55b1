/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the cause of a failed rte_eal_init() in EAL's log. */

#ifndef MPSH_STARTUP_EAL_ERRORS_H
#define MPSH_STARTUP_EAL_ERRORS_H

struct options;
struct preflight;
struct refusal;

/*
 * Say in *refusal why rte_eal_init() failed and what to do. log is what EAL logged and
 * printed, NUL-terminated; eal_errno is rte_errno, used only if the log says nothing.
 * Looks at the host only for details of a cause found in the log: the primary, processes
 * that hold memory lists, the hugepage size. Main thread.
 */
void preflight_explain(const struct options *options, const struct preflight *preflight,
	const char *log, int eal_errno, struct refusal *refusal);

#endif

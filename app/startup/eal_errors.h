/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What EAL's log means when rte_eal_init() has failed. */

#ifndef MPSH_STARTUP_EAL_ERRORS_H
#define MPSH_STARTUP_EAL_ERRORS_H

struct options;
struct preflight;
struct refusal;

/*
 * Say in *refusal why rte_eal_init() failed, from what it logged
 * (log, NUL-terminated) and rte_errno. Pure: no look at the host but for the pids of
 * those that hold the runtime directory's files when the log tells that they are in the
 * way.
 */
void preflight_explain(const struct options *options, const struct preflight *preflight,
	const char *log, int eal_errno, struct refusal *refusal);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What would make rte_eal_init() fail, found before it is called: its own reasons are
 * unreliable afterwards (rte_errno is anything) and some failures end or hang
 * the process.
 */

#ifndef MPSH_STARTUP_PREFLIGHT_H
#define MPSH_STARTUP_PREFLIGHT_H

#include <stdbool.h>
#include <sys/types.h>

struct options;
struct refusal;

struct preflight {
	bool is_primary; /* what this process is going to be */
	/* Of the running primary: 0 if there is none, -1 in another PID namespace. */
	pid_t primary_pid;
	char runtime_dir[256]; /* as rte_eal_get_runtime_dir() will say */
};

/*
 * Look at the host as options want to use it and fill *preflight. Returns 0 when
 * the start may go on, else the exit code (2 or 3) with the reason and what to type
 * about it in *refusal (one or two lines, no "error: " in front,
 * no newline at the end). With -w it waits that long for a primary; without, up to
 * 10 s for one that is still starting or stopped; and for up to 1 s for an earlier
 * primary's secondaries to let go. Makes nothing on the host; raises this process's soft
 * limit of descriptors to the hard one, as EAL does, when it is too low. Main thread,
 * before rte_eal_init().
 */
int preflight_check(const struct options *options, struct preflight *preflight,
	struct refusal *refusal);

/*
 * For doctor, what preflight_check() looks at first: can the runtime directory of the
 * options' prefix be made and used? 0, or 3 with *refusal as above. Main thread; nothing
 * is made.
 */
int preflight_check_directory(const struct options *options, struct refusal *refusal);

#endif

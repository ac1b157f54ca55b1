/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Finds, before rte_eal_init() is called, what would make it fail. Afterwards rte_errno
 * does not tell the reason reliably, and some failures end the process or make it hang.
 */

#ifndef MPSH_STARTUP_PREFLIGHT_H
#define MPSH_STARTUP_PREFLIGHT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct options;
struct refusal;

struct preflight {
	bool is_primary; /* this process is to become the primary */
	/* The running primary: 0 if there is none; HOST_PID_UNSEEN. */
	pid_t primary_pid;
	char runtime_dir[256]; /* what rte_eal_get_runtime_dir() will return */
};

/*
 * Check whether this host allows a start with these options, and fill *preflight. Returns
 * 0, or EXIT_NOT_STARTED with the reason and the remedy in *refusal (one or two lines,
 * without "error: " and without a newline at the end).
 *
 * Waits for a primary: with -w the given time, without -w up to 10 s if the primary is
 * still starting or is stopped. Waits up to 1 s until the secondaries of an earlier
 * primary let go of its memory. Creates nothing on the host; raises this process's soft
 * limit of descriptors to the hard limit if it is too low. Main thread, before
 * rte_eal_init().
 */
int preflight_check(const struct options *options, struct preflight *preflight,
	struct refusal *refusal);

/*
 * In how many ms the primary is to answer the attach, and EAL's start: as -w says.
 */
uint64_t preflight_attach_ms(const struct options *options);

/*
 * Are the hugepage files of the primary, which a secondary will map, those of their names
 * here? Returns as preflight_check() does. Main thread.
 */
int preflight_check_map_files(
	const struct options *options, pid_t primary_pid, struct refusal *refusal);

/*
 * After rte_eal_init() in a secondary: is what it has mapped the primary's? Files that it
 * has made itself are removed. Returns as preflight_check() does. Main thread.
 */
int preflight_check_mapped(const struct options *options,
	const struct preflight *preflight, struct refusal *refusal);

/*
 * For doctor: can the runtime directory of the options' prefix be created and used?
 * Creates nothing. Returns as preflight_check() does. Main thread.
 */
int preflight_check_directory(const struct options *options, struct refusal *refusal);

#endif

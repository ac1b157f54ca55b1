/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a start needs of the host: memory, hugepages, descriptors. */

#ifndef MPSH_STARTUP_NEEDS_H
#define MPSH_STARTUP_NEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host_hugepages;
struct options;
struct refusal;

/*
 * What preflight_check() looks at, one by one, for doctor, from what
 * host_look_at_hugepages() has seen: is hugetlbfs mounted where the options say (needed:
 * bytes of free pages, 0 for a secondary); may its files be made; are there enough free
 * pages for a primary? Each returns 0, or the exit code with *refusal. Main thread;
 * nothing is made.
 */
int preflight_check_mount(const struct options *options,
	const struct host_hugepages *hugepages, uint64_t needed, struct refusal *refusal);
int preflight_check_access(
	const struct host_hugepages *hugepages, struct refusal *refusal);
int preflight_check_pages(const struct options *options,
	const struct host_hugepages *hugepages, struct refusal *refusal);

/* Bytes of hugepages that a primary with these options takes. */
uint64_t preflight_memory(const struct options *options);

/*
 * How many descriptors must be allowed to be open for so many peers (a secondary has 1):
 * those that were handed down to this process count. Before rte_eal_init().
 */
uint64_t preflight_descriptors(unsigned int peers);

/*
 * The command that makes room for so many bytes more than are in use. --setup takes
 * all pages back first, which fails while some are in use, and mounts /dev/hugepages.
 */
void needs_setup_command(
	uint64_t used, uint64_t needed, bool is_mounted, char *text, size_t size);

/* needed: bytes of free pages, 0 in a secondary. */
int refuse_no_mount(uint64_t needed, struct refusal *refusal);
int needs_check_hugepages(const struct options *options, struct refusal *refusal);

/*
 * Room for so many peers and their pages? Without opening a thing, for there may be no
 * descriptor left. The soft limit is raised to the hard one, as EAL does later itself
 * (rte_eal_memseg_init), too late for what it opens until then.
 */
int needs_check_descriptors(unsigned int peers, struct refusal *refusal);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What a start needs of the host: memory, hugepages, descriptors. The functions that take
 * a struct refusal return 0, or the exit code with the reason in *refusal. Main thread.
 */

#ifndef MPSH_STARTUP_NEEDS_H
#define MPSH_STARTUP_NEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host_hugepages;
struct options;
struct refusal;

/*
 * The checks of needs_check_hugepages() one by one, for doctor. *hugepages comes from
 * host_look_at_hugepages(). They check that hugetlbfs is mounted where the options say,
 * that this process may create files there, and that a primary finds enough free pages.
 * needed is in bytes, 0 for a secondary. Nothing is created.
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
 * The limit of open descriptors that this many peers need (a secondary has 1 peer), with
 * the descriptors that this process inherited. Call before rte_eal_init().
 */
uint64_t preflight_descriptors(unsigned int peers);

/*
 * Write the dpdk-hugepages.py command that leaves needed bytes free while used bytes are
 * in use. Its --setup mounts /dev/hugepages, but first takes back all pages, which fails
 * while some are in use; so --reserve is advised then.
 */
void needs_setup_command(
	uint64_t used, uint64_t needed, bool is_mounted, char *text, size_t size);

/* Refuse because hugetlbfs is not mounted; needed is in bytes, 0 for a secondary. */
int refuse_no_mount(uint64_t needed, struct refusal *refusal);

/* Check the mount, the access to it and the free pages, for a primary. */
int needs_check_hugepages(const struct options *options, struct refusal *refusal);

/*
 * Check that /proc is mounted: without it every process would seem dead, and hugetlbfs
 * not mounted.
 */
int needs_check_proc(struct refusal *refusal);

#define NEEDS_MEMORY_SIZE 160

/*
 * EAL got too little memory for max_peers and huge_dir of options: write what helps here,
 * which is more pages only where there are too few. text has room for NEEDS_MEMORY_SIZE
 * bytes. Returns text.
 */
const char *needs_more_memory(const struct options *options, char *text, size_t size);

/*
 * Check that the file system of the runtime directory, which need not exist yet, has room
 * for EAL's files: EAL maps them, and on a full one the first store ends the process.
 */
int needs_check_room(const char *runtime_dir, bool is_primary, struct refusal *refusal);

/*
 * Open descriptors 0 to 2 if they are closed: no other file may get their numbers. Then
 * standard input cannot be read, nor standard output written, as if they were closed; of
 * standard error what is written is lost.
 */
void needs_open_standard(void);

/*
 * Check that this process may open the descriptors that this many peers need. Opens no
 * file, since there may be no descriptor left. Raises a soft limit that is too low to the
 * hard limit; EAL does the same in rte_eal_memseg_init(), but opens files before.
 */
int needs_check_descriptors(unsigned int peers, struct refusal *refusal);

#endif

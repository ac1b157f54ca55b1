/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The shared memory of a DPDK group, read through one of its processes, its files or a
 * dump: where its lists begin, and walking them without a lock. A group is for one
 * thread.
 */

#ifndef MPSH_OUTSIDE_GROUP_H
#define MPSH_OUTSIDE_GROUP_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "outside/source.h"

struct layout;
struct salvage;

struct group {
	struct source source;
	uint64_t config; /* address of its struct rte_mem_config */
	uint32_t version;
	const struct layout *layout;

	/* What is read: a process, a runtime directory or a dump. */
	enum group_kind {
		GROUP_PROCESS,
		GROUP_FILES,
		GROUP_DUMP,
	} kind;
	char path[PATH_MAX]; /* the directory or the dump */
	/* The name of its runtime directory; empty: none, or not known. */
	char prefix[NAME_MAX + 1];
	size_t n_missing;       /* files that were named and are not there */
	char missing[PATH_MAX]; /* the first of them */
	bool is_dead;           /* a dump that was made after its primary had ended */
};

/*
 * Look at a group; after an error that is returned there is none, and the line in error
 * says why. Returns 0; -EPROTO: the layout of this DPDK is not known; -ESRCH, -EACCES,
 * -ENOENT, -EBADMSG: there is no such process, it may not be read, is none of DPDK's, its
 * memory cannot be. What was opened is for group_close().
 */
int group_open_process(struct group *group, pid_t pid, char *error, size_t size);

/*
 * The group of a runtime directory, from the files there and on hugetlbfs: living or
 * dead. Never call it in a primary for its own directory: closing the file config would
 * drop the primary's lock.
 */
int group_open_files(struct group *group, const char *dir, char *error, size_t size);

/* The same from the files that were kept at its primary's end (salvage_take()). */
int group_open_salvage(struct group *group, const char *dir, const struct salvage *left,
	char *error, size_t size);

/* The group of a dump (core.h); -EBADMSG for any other file. */
int group_open_dump(struct group *group, const char *path, char *error, size_t size);
void group_close(struct group *group);

/*
 * Take config for the address of the group's configuration: read its version, choose the
 * layout and prove it. Returns 0, -EBADMSG or -EPROTO, as above.
 */
int group_prove(struct group *group, uint64_t config, char *error, size_t size);

/* Copy from the group's memory: source_read(). */
int group_read(const struct group *group, uint64_t address, void *buf, size_t size);

/* The number at an offset of what was copied. */
uint32_t group_u32(const void *copy, uint32_t offset);
uint64_t group_u64(const void *copy, uint32_t offset);

/*
 * Bytes of the pages that the group has, as rte_eal_get_physmem_size() counts them.
 * Returns 0, or -EBADMSG if the lists of pages cannot be read or cannot be.
 */
int group_memory(const struct group *group, uint64_t *bytes);

/* The longest list in shared memory that is one. */
#define GROUP_LIST_MAX 65536

/*
 * Call visit(group, address, ctx) with the address of each object in the tail queue of
 * this name ("RTE_RING"). Returns 0; -EBADMSG when the list does not end properly: it may
 * change meanwhile, or be damaged, and what was visited till then is what can be had.
 */
int group_walk(const struct group *group, const char *tailq,
	void (*visit)(const struct group *group, uint64_t address, void *ctx), void *ctx);

#endif

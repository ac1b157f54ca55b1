/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The form of a dump: an ELF core file with a PT_LOAD for each region, at the addresses
 * that DPDK has it at, and a note of the owner "mpsh" that says whose it is. Any thread.
 */

#ifndef MPSH_OUTSIDE_CORE_H
#define MPSH_OUTSIDE_CORE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct extents;
struct group;

#define CORE_NOTE_FORM 1

/* "mpsh": a type that no other note has, since gdb goes by it whoever the owner is. */
#define CORE_NOTE_TYPE 0x6d707368

/* What the note says. It is aligned to 4 bytes, as a note's body is in its file. */
struct core_note {
	uint32_t form;                    /* CORE_NOTE_FORM */
	uint32_t version;                 /* of DPDK, as rte_mem_config.version */
	uint32_t config_low, config_high; /* address of struct rte_mem_config */
	uint32_t pid;  /* of the process that was read; 0: files were */
	uint32_t dead; /* 1: the group's primary had ended */
	char prefix[NAME_MAX + 1];
};

/*
 * Where the memory begins in a dump of so many regions. In the file the regions follow
 * one another from there, without a gap.
 */
uint64_t core_begin(size_t regions);

/*
 * Write all that stands before the memory: it is written last, so that a file without it
 * is no dump. Returns 0 or a negative errno.
 */
int core_write_head(int fd, const struct extents *regions, const struct core_note *note);

/* pwrite() of all bytes. Returns 0 or a negative errno. */
int core_write(int fd, const void *bytes, size_t size, off_t offset);

#endif

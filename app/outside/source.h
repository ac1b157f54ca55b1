/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The bytes that are looked at, by the addresses that they have in a DPDK process: from
 * the process itself (/proc/PID/mem), from the files of its group, or from a dump. They
 * are read, never mapped; nothing is locked, and no address in them can hurt. A source is
 * for one thread.
 */

#ifndef MPSH_OUTSIDE_SOURCE_H
#define MPSH_OUTSIDE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* These bytes from address on lie in a file, from offset on. */
struct source_range {
	uint64_t address, bytes, offset;
	size_t file; /* index in files */
};

struct source_file {
	char *path; /* on the heap */
	int fd;     /* -1: not open now */
};

struct source {
	pid_t pid; /* of the process that is read, 0: none */
	struct source_file *files;
	size_t n_files;
	struct source_range *ranges;
	size_t n_ranges;
	bool is_sorted; /* the ranges, by address */
	unsigned int n_open;
};

void source_init(struct source *source);
void source_free(struct source *source);

/* Add a file by its path, which is copied. Returns its index, or -ENOMEM. */
ssize_t source_add_file(struct source *source, const char *path);

/* Say what lies in a file. No address lies in two ranges. Returns 0 or -ENOMEM. */
int source_add_range(struct source *source, uint64_t address, uint64_t bytes, size_t file,
	uint64_t offset);

/*
 * Read a process's memory. Returns 0; -ESRCH: there is no such process; -EACCES, -EPERM:
 * it may not be read.
 */
int source_add_process(struct source *source, pid_t pid);

/*
 * Has a process's memory gone that was added, since its program has ended or runs another
 * one (execve(2))?
 */
bool source_has_ended(struct source *source);

/*
 * Copy size bytes at an address into buf. Returns 0; -EFAULT when not all of them are
 * there; -ESRCH when the process has ended; -ENOENT when the file is gone, or another
 * negative errno of open() and pread().
 */
int source_read(struct source *source, uint64_t address, void *buf, size_t size);

/*
 * As source_read(), but as many bytes as follow one another from address on. Returns
 * their number, or an error as above when there is not one.
 */
ssize_t source_read_some(struct source *source, uint64_t address, void *buf, size_t size);

/*
 * The descriptor of a file, open for reading; it stays the source's, until the next call
 * for another file. Returns it or a negative errno: -EBADF for what is no regular file.
 */
int source_open(struct source *source, size_t file);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Writes a group's memory into a file. Main thread. */

#ifndef MPSH_OUTSIDE_DUMP_H
#define MPSH_OUTSIDE_DUMP_H

#include <stddef.h>

#include <jansson.h>

struct group;

/*
 * Write the group's memory into a new file of mode 0600, in the form of core.h, with
 * holes for what is zero. The loop runs meanwhile. warn() gets a line before it begins
 * when the file system may have no room for it. *result gets {file, regions, bytes,
 * disk_bytes, dead} for the caller to free. Returns 0, or an error with one line in
 * error, after which there is no file: -EEXIST, it was there before; -EINTR at Ctrl-C,
 * where error is empty, and -ECANCELED as loop_until(); -ESRCH when the process has
 * ended.
 */
int dump_group(const struct group *group, const char *file,
	void (*warn)(const char *line), json_t **result, char *error, size_t size);

#endif

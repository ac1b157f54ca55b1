/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Files by the beginning of their names. Any thread. */

#ifndef MPSH_HOST_FILES_H
#define MPSH_HOST_FILES_H

#include <jansson.h>

/* Of a directory so many entries are looked at, and so many names are listed. */
#define FILES_LOOKED_AT 65536
#define FILES_LISTED 4096

/*
 * List what lies in the directory that the path typed names up to its last '/' (none:
 * this one) and begins with what stands behind it: names alone, a directory's with a '/',
 * hidden ones where a '.' is typed. Left out are names that are not UTF-8 and those with
 * a blank at an end. Returns a new array, in no order, or NULL if there is no directory.
 */
json_t *files_begun(const char *typed);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What this mpsh looks at: the group that it is a member of, or what -o names. Main
 * thread.
 */

#ifndef MPSH_OUTSIDE_LOOK_H
#define MPSH_OUTSIDE_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct group;

/*
 * Look at what -o names: digits are a pid, a word with a '/' is a runtime directory or a
 * dump, else it is a prefix, or a file here. Returns 0; or an error with its line in
 * error, and what was looked at before still is: -EEXIST when several fit, else what
 * group_open_*() have.
 */
int look_at(const char *what, char *error, size_t size);

/*
 * Look at the group of a file prefix, in this runtime directory or elsewhere on this
 * host: its primary, another of its processes, or what is left of it. Without one (NULL)
 * it is rte, or the only other that lives; look_instead() is its prefix then, else NULL.
 * Returns as look_at().
 */
int look_at_prefix(const char *prefix, char *error, size_t size);
const char *look_instead(void);

/* Does it look from outside, that is, not at the group that this process is in? */
bool look_is_outside(void);

/*
 * The prefix of what is looked at, valid until another is; NULL where this runtime
 * directory does not have it: in a container, without one, a dump.
 */
const char *look_prefix(void);

/* Is it a dump that is looked at? */
bool look_is_dump(void);

/*
 * Open what is looked at, for one look; group_close() it. When a process that was looked
 * at has ended, that is what it has left. Returns as group_open_process().
 */
int look_open(struct group *group, char *error, size_t size);

/*
 * The process that is looked at, 0: files or a dump; and a descriptor that can be read
 * once it has ended, -1: none. look_ended() is true once, after it has ended and left
 * something.
 */
pid_t look_pid(void);
int look_descriptor(void);
bool look_ended(void);

#endif

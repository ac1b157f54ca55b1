/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Why a process, or a group, hangs: what is so in two looks a second apart. Main thread.
 */

#ifndef MPSH_OUTSIDE_WHY_H
#define MPSH_OUTSIDE_WHY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>

/* The looks are so far apart; between them there are glances. */
#define WHY_APART_NS UINT64_C(1000000000)
#define WHY_GLANCE_NS UINT64_C(90000000)

struct why;

/*
 * Take the first look at a process, or with pid 0 at all of the group that is looked at.
 * *why is for why_end(), also after an error. Returns 0, or a negative errno with one
 * line in error, -EACCES when the process may not be read.
 */
int why_begin(struct why **why, pid_t pid, char *error, size_t size);

/* Between the looks, every WHY_GLANCE_NS. */
void why_glance(struct why *why);

/*
 * Take the second look. *result is the caller's, an array of {pid, command, role, prefix,
 * version, note, threads, findings}: of each process that was asked for, threads only of
 * one that was asked for alone, and none of one that may not be read and has no finding.
 * A group of the dead is one of them, with pid null; one that has ended or runs another
 * program since says so in its note, and has role null. *found
 * says whether there are findings. Calls failed(error) for each process that could not be
 * looked at, and returns their number; -ESRCH with its line in error when the process
 * that was asked for has ended, or runs another program since.
 */
int why_finish(struct why *why, json_t **result, bool *found,
	void (*failed)(const char *error), char *error, size_t size);
void why_end(struct why *why);

#endif

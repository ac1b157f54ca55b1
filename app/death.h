/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* --dump-on-death: wait for a primary's end, and save what it leaves. Main thread. */

#ifndef MPSH_DEATH_H
#define MPSH_DEATH_H

/*
 * Dump the group that is looked at, as what names it, into a new file once its primary
 * has ended. Returns the exit code.
 */
int death_dump(const char *what, const char *file);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What mp fuzz shows. Main thread. */

#ifndef MPSH_CMDS_TRIAL_H
#define MPSH_CMDS_TRIAL_H

struct fuzz;

/* Print what has changed in the process since the start. */
void trial_show_round(const struct fuzz *fuzz);

/*
 * Print the outcome, and an error for each finding. Returns 0, or -EIO if there is one.
 */
int trial_show(const struct fuzz *fuzz);

#endif

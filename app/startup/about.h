/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Prints what --help and --version ask for, as text or as JSON. Main thread. */

#ifndef MPSH_STARTUP_ABOUT_H
#define MPSH_STARTUP_ABOUT_H

struct options;

void about_help(const struct options *options);
void about_version(const struct options *options);

#endif

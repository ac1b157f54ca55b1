/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Libraries that are loaded when they are needed first, and stay. Any thread. */

#ifndef MPSH_BASE_LIBRARY_H
#define MPSH_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Load a library, such as "libdw.so.1", and put the addresses of n of its functions into
 * *calls, a struct of as many pointers to functions, in the order of names. What else it
 * defines is found by nobody. Returns false if it is not there or lacks one of them.
 */
bool library_load(const char *library, const char *const names[], size_t n, void *calls);

#endif

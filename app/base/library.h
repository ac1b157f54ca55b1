/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Libraries that are loaded when they are needed first, and stay. What they define is
 * found by library_take() alone, never by other libraries. Any thread.
 */

#ifndef MPSH_BASE_LIBRARY_H
#define MPSH_BASE_LIBRARY_H

#include <stdbool.h>

/* Load a library by its name, such as "libdw.so.1". Returns NULL if that fails. */
void *library_open(const char *name);

/*
 * Put the address of a function of the library into *function, which is a pointer to a
 * function. Returns false, with NULL there, if the library has none of this name.
 */
bool library_take(void *library, const char *name, void *function);

#endif

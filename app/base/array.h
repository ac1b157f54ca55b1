/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Arrays that grow. Any thread. */

#ifndef MPSH_BASE_ARRAY_H
#define MPSH_BASE_ARRAY_H

#include <stddef.h>

/*
 * Make room for one more of n elements, of size bytes each: the room is the next power of
 * two. Returns the array, which may have moved, or NULL without memory; then the old one
 * is as it was.
 */
void *array_grow(void *array, size_t n, size_t size);

#endif

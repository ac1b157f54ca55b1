/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Arrays that grow. */

#include <stddef.h>

#include "base/memory.h"
#include "base/array.h"

#define FIRST 8

void *
array_grow(void *array, size_t n, size_t size)
{
	if (n != 0 && (n < FIRST || (n & (n - 1)) != 0))
		return array;
	return memory_resize(array, (n < FIRST ? FIRST : 2 * n) * size);
}

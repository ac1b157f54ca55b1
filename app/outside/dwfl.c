/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Loads libdw. */

#include <stdbool.h>
#include <stddef.h>

#include "base/library.h"
#include "outside/dwfl.h"

#define DWFL_NAME(name) "dwfl_" #name,

const struct dwfl_calls *
dwfl_load(void)
{
	static const char *const names[] = { DWFL_CALLS(DWFL_NAME) };
	static struct dwfl_calls calls;
	static bool is_tried, is_loaded;

	if (!is_tried)
		is_loaded = library_load(
			"libdw.so.1", names, sizeof(names) / sizeof(names[0]), &calls);
	is_tried = true;
	return is_loaded ? &calls : NULL;
}

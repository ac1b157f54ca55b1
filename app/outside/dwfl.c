/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Loads libdw. */

#include <stdbool.h>
#include <stddef.h>

#include "base/library.h"
#include "outside/dwfl.h"

const struct dwfl_calls *
dwfl_load(void)
{
	static struct dwfl_calls calls;
	static bool is_tried, is_whole;
	void *library;

	if (is_tried)
		return is_whole ? &calls : NULL;
	is_tried = true;
	library = library_open("libdw.so.1");
	if (library == NULL)
		return NULL;
	is_whole = true;
#define DWFL_TAKE(name)                                                                  \
	is_whole = library_take(library, "dwfl_" #name, &calls.name) && is_whole;
	DWFL_CALLS(DWFL_TAKE)
#undef DWFL_TAKE
	return is_whole ? &calls : NULL;
}

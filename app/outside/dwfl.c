/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Loads libdw. */

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "outside/dwfl.h"

/* POSIX has functions in what dlsym() returns; C has no such conversion. */
static void
take_address(void *member, void *address)
{
	memcpy(member, &address, sizeof(address));
}

const struct dwfl_calls *
dwfl_load(void)
{
	static struct dwfl_calls calls;
	static bool is_tried, is_whole;
	void *library;

	if (is_tried)
		return is_whole ? &calls : NULL;
	is_tried = true;
	library = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		return NULL;
	is_whole = true;
#define DWFL_TAKE(name)                                                                  \
	take_address(&calls.name, dlsym(library, "dwfl_" #name));                        \
	is_whole = is_whole && calls.name != NULL;
	DWFL_CALLS(DWFL_TAKE)
#undef DWFL_TAKE
	return is_whole ? &calls : NULL;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Libraries that are loaded when they are needed first. */

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "base/library.h"

void *
library_open(const char *name)
{
	return dlopen(name, RTLD_NOW | RTLD_LOCAL);
}

bool
library_take(void *library, const char *name, void *function)
{
	void *address = dlsym(library, name);

	/* POSIX has functions in what dlsym() returns; C has no such conversion. */
	memcpy(function, &address, sizeof(address));
	return address != NULL;
}

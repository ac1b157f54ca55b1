/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Libraries that are loaded when they are needed first. */

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "base/library.h"

bool
library_load(const char *library, const char *const names[], size_t n, void *calls)
{
	void *loaded = dlopen(library, RTLD_NOW | RTLD_LOCAL), *address;
	size_t i;

	for (i = 0; loaded != NULL && i < n; i++) {
		address = dlsym(loaded, names[i]);
		if (address == NULL) {
			dlclose(loaded);
			return false;
		}
		/* POSIX has functions in what dlsym() returns; C has no such conversion.
		 */
		memcpy((char *)calls + i * sizeof(address), &address, sizeof(address));
	}
	return loaded != NULL;
}

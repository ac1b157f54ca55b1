/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Loads libsmartcols. */

#include <stdbool.h>
#include <stddef.h>

#include "base/library.h"
#include "output/scols.h"

#define SCOLS_NAME(name) "scols_" #name,

const struct scols_calls *
scols_load(void)
{
	static const char *const names[] = { SCOLS_CALLS(SCOLS_NAME) };
	static struct scols_calls calls;
	static bool is_loaded;

	if (!is_loaded)
		is_loaded = library_load(
			SCOLS_LIBRARY, names, sizeof(names) / sizeof(names[0]), &calls);
	return is_loaded ? &calls : NULL;
}

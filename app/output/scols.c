/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Loads libsmartcols. */

#include <stdbool.h>
#include <stddef.h>

#include "base/library.h"
#include "output/scols.h"

const struct scols_calls *
scols_load(void)
{
	static struct scols_calls calls;
	static bool is_whole;
	void *library;

	if (is_whole)
		return &calls;
	library = library_open(SCOLS_LIBRARY);
	if (library == NULL)
		return NULL;
	is_whole = true;
#define SCOLS_TAKE(name)                                                                 \
	is_whole = library_take(library, "scols_" #name, &calls.name) && is_whole;
	SCOLS_CALLS(SCOLS_TAKE)
#undef SCOLS_TAKE
	return is_whole ? &calls : NULL;
}

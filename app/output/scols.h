/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * libsmartcols of util-linux, which lays tables out. It is loaded behind the first
 * prompt, or for the first table, so that no start waits for it: as one of the program's
 * libraries it is searched for each symbol of some 250 drivers. Main thread.
 */

#ifndef MPSH_OUTPUT_SCOLS_H
#define MPSH_OUTPUT_SCOLS_H

#include <libsmartcols/libsmartcols.h>

#define SCOLS_LIBRARY "libsmartcols.so.1"

#define SCOLS_CALLS(X)                                                                   \
	X(line_set_data)                                                                 \
	X(new_table)                                                                     \
	X(print_table_to_string)                                                         \
	X(table_enable_noencoding)                                                       \
	X(table_new_column)                                                              \
	X(table_new_line)                                                                \
	X(table_set_termforce)                                                           \
	X(table_set_termwidth)                                                           \
	X(unref_table)

#define SCOLS_MEMBER(name) __typeof__ (&scols_##name)(name); /* NOLINT: what it names */

/* scols_new_table() is new_table, and so on. */
struct scols_calls {
	SCOLS_CALLS(SCOLS_MEMBER)
};

/* The calls of the library, or NULL if it cannot be loaded. */
const struct scols_calls *scols_load(void);

#endif

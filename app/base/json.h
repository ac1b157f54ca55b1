/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Any bytes as JSON strings. */

#ifndef MPSH_BASE_JSON_H
#define MPSH_BASE_JSON_H

#include <stddef.h>

#include <jansson.h>

/*
 * Any bytes as a JSON string that is escaped as text_escape() does: names, words and
 * paths may hold bytes that are not UTF-8, and jansson takes no such string. The second
 * is for a string; the third for an error, whose lines stay lines. The result is the
 * caller's; NULL only without memory. Any thread.
 */
json_t *json_of_bytes(const void *bytes, size_t length);
json_t *json_of_string(const char *string);
json_t *json_of_lines(const char *text);

#endif

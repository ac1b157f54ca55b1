/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Any bytes as JSON strings. */

#ifndef MPSH_BASE_JSON_H
#define MPSH_BASE_JSON_H

#include <stddef.h>
#include <sys/types.h>

#include <jansson.h>

/*
 * Make a JSON string of any bytes, escaped as by text_escape(): names, words and paths
 * may hold bytes that are not UTF-8, which jansson refuses. json_of_lines() keeps
 * newlines. The caller owns the result; NULL only without memory. Any thread.
 */
json_t *json_of_bytes(const void *bytes, size_t length);
json_t *json_of_string(const char *string);
json_t *json_of_lines(const char *text);

/* A pid; null for that of a process in another PID namespace, which is below 0. */
json_t *json_of_pid(pid_t pid);

#endif

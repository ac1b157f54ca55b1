/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Any bytes as JSON strings. */

#ifndef MPSH_BASE_JSON_H
#define MPSH_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include <jansson.h>

struct histogram;

/*
 * Make a JSON string of any bytes, escaped as by text_escape(): names, words and paths
 * may hold bytes that are not UTF-8, which jansson refuses. json_of_lines() keeps
 * newlines. The caller owns the result; NULL only without memory. Any thread.
 */
json_t *json_of_bytes(const void *bytes, size_t length);
json_t *json_of_string(const char *string);
json_t *json_of_lines(const char *text);

/* A name as a command takes it, by text_name(). The rest is as above. */
json_t *json_of_name(const void *bytes, size_t length);

/* A pid; null for that of a process in another PID namespace, which is below 0. */
json_t *json_of_pid(pid_t pid);

/*
 * A number; null where there is none. json_of_percentile() is one of
 * histogram_percentile(), null where nothing was recorded.
 */
json_t *json_of_number(bool there, json_int_t number);
json_t *json_of_percentile(const struct histogram *histogram, double percent);

/*
 * Print a document as one line, and free it; for what is printed before output_init().
 */
void json_print(json_t *document, FILE *stream);

#endif

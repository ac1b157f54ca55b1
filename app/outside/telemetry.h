/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Questions to the telemetry of the group that is looked at: the one thing that is asked
 * of another process, and not read. Main thread.
 */

#ifndef MPSH_OUTSIDE_TELEMETRY_H
#define MPSH_OUTSIDE_TELEMETRY_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/*
 * Ask "path,params", waiting at most timeout_ms in all; Ctrl-C ends the wait. *answer
 * gets what DPDK answers to it, any JSON with its strings escaped, for the caller to
 * free. Returns 0, or a negative errno with one line in error.
 */
int telemetry_ask(const char *question, uint32_t timeout_ms, json_t **answer, char *error,
	size_t size);

/*
 * What completion may offer for the first characters of a question, a new array of
 * strings: the paths; behind the comma, the names that the list beside the path has.
 * Takes no longer than a key may, and is empty when nothing is answered. It may be called
 * in the loop's callbacks.
 */
json_t *telemetry_questions(const char *typed);

#endif

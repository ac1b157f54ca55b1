/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Asks why a process hangs. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <jansson.h>

#include "base/loop.h"
#include "outside/why.h"
#include "startup/verdict.h"

static void
ignore(const char *error)
{
	(void)error;
}

/* The findings of a process, a new array, the worst first; NULL where it has none. */
static json_t *
findings_of(pid_t pid)
{
	const struct timespec pause = { .tv_nsec = WHY_GLANCE_NS };
	uint64_t until = loop_now() + WHY_APART_NS;
	json_t *processes = NULL, *findings = NULL;
	struct why *why = NULL;
	char error[512];
	bool found;

	if (why_begin(&why, pid, error, sizeof(error)) == 0) {
		for (; loop_now() < until; nanosleep(&pause, NULL))
			why_glance(why);
		why_finish(why, &processes, &found, ignore, error, sizeof(error));
		findings = json_incref(
			json_object_get(json_array_get(processes, 0), "findings"));
		json_decref(processes);
	}
	why_end(why);
	return findings;
}

const char *
verdict_find(pid_t pid, char *text, size_t size)
{
	json_t *findings = pid > 0 ? findings_of(pid) : NULL;
	const char *worst =
		json_string_value(json_object_get(json_array_get(findings, 0), "text"));

	snprintf(text, size, "%s%s", worst != NULL ? ": " : "",
		worst != NULL ? worst : "");
	json_decref(findings);
	return text;
}

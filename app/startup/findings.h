/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The list of doctor's checks, and the functions that add to it. Main thread. */

#ifndef MPSH_STARTUP_FINDINGS_H
#define MPSH_STARTUP_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <jansson.h>

#include "host/runtime.h"

struct options;
struct refusal;

#define TEXT_SIZE 1024

struct look {
	const struct options *options;
	const struct doctor_session *session; /* NULL before EAL */
	json_t *checks;
	char runtime_dir[256];
	struct host_config config; /* all 0 in a session of a primary */
	pid_t primary_pid;         /* the living primary: 0: none; HOST_PID_UNSEEN */
	bool is_primary;           /* this process is the primary, or would become it */
};

/* What a process knows once EAL runs in it. */
struct doctor_session {
	bool is_primary;   /* doctor then never opens EAL's config file, since closing
			      the file would drop EAL's lock (fact 5 of app/README.md) */
	bool is_live;      /* the primary has not ended; always true in the primary */
	pid_t primary_pid; /* also after the primary has ended */
};

/* Add a check to look->checks. What was found is cut to TEXT_SIZE bytes. */
void findings_ok(struct look *look, const char *check, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void findings_bad(struct look *look, const char *check, const char *advice,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Add a check that preflight refuses: the refusal's first line is the finding, the second
 * is the advice. */
void findings_refusal(
	struct look *look, const char *check, const struct refusal *refusal);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The list that doctor makes, and how a finding comes into it. */

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
	struct host_config config; /* not looked at within a primary */
	pid_t primary_pid; /* of the living one: 0 if there is none, -1 if it is unseen */
	bool is_primary;   /* what this process is, or would be */
};

/* What a process knows once EAL runs in it. */
struct doctor_session {
	bool is_primary;   /* then the config file is never opened: closing it drops EAL's
			      lock */
	bool is_live;      /* the primary is there (always in the primary) */
	pid_t primary_pid; /* also after it has gone */
};

void findings_ok(struct look *look, const char *check, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void findings_bad(struct look *look, const char *check, const char *advice,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What preflight would refuse a start with: the reason, and what to type in the next
 * line. */
void findings_refusal(
	struct look *look, const char *check, const struct refusal *refusal);

/* A word of a shell's command line: quoted if the shell would take it for something else.
 */
const char *findings_shell_word(const char *word, char *text, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The checks of --doctor (before EAL is started) and of the command doctor: what DPDK
 * multi-process needs of this host, what is missing, and what to do about it. Main
 * thread.
 */

#ifndef MPSH_STARTUP_DOCTOR_H
#define MPSH_STARTUP_DOCTOR_H

#include <stdbool.h>

#include <jansson.h>

struct doctor_session;
struct options;

/*
 * Make all checks; session is NULL before EAL. Returns an array, which the caller owns,
 * of {"check": what was looked at, "ok": bool, "found": what was found, "advice": the
 * command or step that helps (absent when ok)}; NULL if there is no memory. Works
 * without root, hugepages or a primary; creates nothing and sends nothing.
 */
json_t *doctor_look(const struct options *options, const struct doctor_session *session);

/* Are all checks ok? */
bool doctor_is_well(const json_t *checks);

/* Print the checks as text: "ok" or "NO" before each, the advice below the check. */
void doctor_view(const json_t *checks);

/*
 * Make all checks and print them on standard output, before EAL and the loop are started.
 * *well gets whether all are ok. Returns 0 or a negative errno: -ENOMEM, or why the
 * output cannot be written.
 */
int doctor_run(const struct options *options, bool *well);

#endif

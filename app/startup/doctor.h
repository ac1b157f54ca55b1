/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What DPDK multi-process needs of this host, what is missing, and the command that mends
 * it:
 * --doctor before EAL, the command doctor within a session. Main thread.
 */

#ifndef MPSH_STARTUP_DOCTOR_H
#define MPSH_STARTUP_DOCTOR_H

#include <stdbool.h>

#include <jansson.h>

struct doctor_session;
struct options;

/*
 * Look at everything; session is NULL before EAL. Returns an array of {"check": what was
 * looked at, "ok": bool, "found": what is there, "advice": the command or step that mends
 * it (absent when ok)}; NULL without memory. Works without root, hugepages or a primary;
 * creates nothing and sends nothing.
 */
json_t *doctor_look(const struct options *options, const struct doctor_session *session);

/* Are all checks ok? */
bool doctor_is_well(const json_t *checks);

/* The text of it, by output_line(): "ok" or "NO" in front of each, the advice below. */
void doctor_view(const json_t *checks);

#endif

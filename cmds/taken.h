/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the host took away from a CPU, as a result. Main thread. */

#ifndef MPSH_CMDS_TAKEN_H
#define MPSH_CMDS_TAKEN_H

#include <jansson.h>

struct jitter;
struct target;

/* A CPU's row; the caller owns it. */
json_t *taken_row(const struct jitter *jitter);

/*
 * Measure on the CPUs that the two sides of a bench, which is over, have used: the row of
 * the one of which most was taken at once, null where none can be measured. The caller
 * owns it. Runs the loop for some 0.2 s.
 */
json_t *taken_from(const struct target *target);

/* Print a row in a sentence of at most 60 columns; nothing for null. */
void taken_say(const json_t *row);

/* The share of the time that was taken, in percent. */
double taken_share(const json_t *row);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the commands that send over rte_mp share. Main thread. */

#ifndef MPSH_CMDS_MP_H
#define MPSH_CMDS_MP_H

#include <stddef.h>

struct args;
struct payload;

/* The action typed, or NULL if its name is too long, after the error was printed. */
const char *mp_get_action(const struct args *args);

/*
 * The payload typed, empty without one: its descriptors are open. Returns 0, or a
 * negative errno after the error was printed.
 */
int mp_get_payload(const struct args *args, struct payload *payload);

/* The check() of a command with a payload: is what was typed one? */
int mp_check_payload(const struct args *args, char *error, size_t size);

#endif

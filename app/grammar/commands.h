/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds commands by name and writes their usage lines. Main thread. */

#ifndef MPSH_GRAMMAR_COMMANDS_H
#define MPSH_GRAMMAR_COMMANDS_H

struct command;

/* The i-th command of the table, from 0; NULL after the last. */
const struct command *grammar_command(size_t i);

/* The command that a help argument names ("send", "mp request"), or NULL. */
const struct command *grammar_find(const char *name);

/*
 * Write the usage lines of a command into buf, one for each form ("send <text>", "ping
 * [<peer>] [via ring|mp]"), without ranges and with newlines between, cut to size
 * bytes. Returns buf.
 */
char *grammar_usage(const struct command *command, char *buf, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The commands by name: finding one, its usage lines. */

#ifndef MPSH_GRAMMAR_COMMANDS_H
#define MPSH_GRAMMAR_COMMANDS_H

struct command;

/* The commands, in the table's order; NULL after the last. */
const struct command *grammar_command(size_t i);

/* The command that a help argument names ("send", "mp request"), or NULL. */
const struct command *grammar_find(const char *name);

/*
 * The usage lines of a command, one a form ("send <text>", "ping [<peer>] [via
 * ring|mp]"), ranges left out, into buf with newlines between; returns buf.
 */
char *grammar_usage(const struct command *command, char *buf, size_t size);

#endif

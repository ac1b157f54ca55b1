/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The commands' grammar over librte_cmdline: the table of commands becomes its instances
 * (one for each way to give optional words), and a line is parsed by it. Main thread.
 */

#ifndef MPSH_GRAMMAR_GRAMMAR_H
#define MPSH_GRAMMAR_GRAMMAR_H

#include <stdbool.h>

#include "grammar/command.h"

struct args;

/*
 * Make the instances of the n commands (the array is kept by reference). Returns 0 or
 * -ENOMEM, -EINVAL for a form that is none. values may be NULL.
 */
int grammar_init(
	const struct command *const commands[], size_t n, grammar_values_t *values);

void grammar_free(void);

/*
 * Parse a line (len bytes, no newline, no NUL) with cmdline_parse() on a copy in which
 * '#' and control bytes other than tab are masked. Returns 0 with what was typed in
 * *args, for args_free(), or NULL there for an empty line or a comment; -EINVAL (or
 * -ENOMEM) with the one error line (without "error: ") in error when it does not parse:
 *     unknown command sned: did you mean send?
 *     unexpected foo: expected ring or mp
 *     send needs a text
 *     timeout must be 1 to 3600000
 * What the line holds that is not printable is shown as text_escape() does; a word too
 * long for error is cut ("...").
 */
int grammar_parse(
	const char *line, size_t len, struct args **args, char *error, size_t size);

#endif

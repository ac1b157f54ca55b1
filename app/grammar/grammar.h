/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The commands' grammar over librte_cmdline: makes instances of the table of commands
 * (one for each way to give optional words), and parses lines. Main thread.
 */

#ifndef MPSH_GRAMMAR_GRAMMAR_H
#define MPSH_GRAMMAR_GRAMMAR_H

#include <stdbool.h>

#include "grammar/command.h"

struct args;

/*
 * From now on these n commands are the grammar; the array must live until grammar_free().
 * values may be NULL. Their instances are made by grammar_make(), or when a line is
 * parsed or completed first.
 */
void grammar_begin(
	const struct command *const commands[], size_t n, grammar_values_t *values);

/*
 * Make the instances, if there are none yet. Returns 0, -ENOMEM, or -EINVAL for a
 * malformed form; the next call then tries again.
 */
int grammar_make(void);

/* grammar_begin() and grammar_make(), whose errors it returns; then there is no grammar.
 */
int grammar_init(
	const struct command *const commands[], size_t n, grammar_values_t *values);

void grammar_free(void);

/* Is this a fixed word of any command? Then no process can have it as name. */
bool grammar_is_word(const char *word);

/*
 * Parse a line (len bytes, no newline, no NUL) with cmdline_parse() on a copy in which
 * '#' and control bytes other than tab are masked. Returns 0 with the arguments in
 * *args, which the caller frees with args_free(); *args is NULL for an empty line or a
 * comment. Returns -EINVAL or -ENOMEM with one line in error (no "error: "), such as:
 *     unknown command sned: did you mean send?
 *     unexpected foo: expected ring or mp
 *     send needs a text
 *     timeout must be 1 to 3600000
 * Words of the line are escaped by text_escape(); a word too long for error is cut
 * ("...").
 */
int grammar_parse(
	const char *line, size_t len, struct args **args, char *error, size_t size);

#endif

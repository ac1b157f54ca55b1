/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The arguments of a parsed line, by the names in the command's form. Main thread. */

#ifndef MPSH_GRAMMAR_ARGS_H
#define MPSH_GRAMMAR_ARGS_H

#include <stdbool.h>
#include <stdint.h>

struct args;
struct command;

/* The command that args belong to. */
const struct command *args_command(const struct args *args);

/* Free args, which may be NULL. */
void args_free(struct args *args);

/* Was this fixed word of the form (such as an option's first word) typed? */
bool args_has(const struct args *args, const char *word);

/*
 * The bytes given for the token <name>, e.g. "text", or NULL with *len 0. Valid until
 * args_free().
 */
const char *args_bytes(const struct args *args, const char *name, size_t *len);

/*
 * The word given for <name>, NUL-terminated, or NULL. Alternatives have all of their
 * words as name: "ring|mp". Valid until args_free().
 */
const char *args_word(const struct args *args, const char *name);

/* The number given for <name:…>; otherwise, if none was given. */
uint64_t args_number(const struct args *args, const char *name, uint64_t otherwise);

/*
 * For grammar_parse(): put a NUL after each argument, and check the numbers' ranges.
 * Returns 0, or -EINVAL with the message in error.
 */
int args_finish(struct args *args, char *error, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What was typed, by the names that the usage line gives. */

#ifndef MPSH_GRAMMAR_ARGS_H
#define MPSH_GRAMMAR_ARGS_H

#include <stdbool.h>
#include <stdint.h>

struct args;
struct command;

/* The command that args belong to. */
const struct command *args_command(const struct args *args);

/* NULL is nothing. */
void args_free(struct args *args);

/* Was this form's fixed word (or option's first word) given? */
bool args_has(const struct args *args, const char *word);

/*
 * The bytes given for the token <name>, e.g. "text", or NULL with *len 0. Valid until
 * args_free().
 */
const char *args_bytes(const struct args *args, const char *name, size_t *len);

/*
 * The word for <name>, NUL-terminated, or NULL. For alternatives ("ring|mp") name is
 * the whole of them. Valid until args_free().
 */
const char *args_word(const struct args *args, const char *name);

/* The number for <name:…>, or otherwise when it was not given. */
uint64_t args_number(const struct args *args, const char *name, uint64_t otherwise);

/* Ends the words, and looks at the numbers' ranges. */
int args_finish(struct args *args, char *error, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds what may follow a typed line, for completion and for '?'. Main thread. */

#ifndef MPSH_GRAMMAR_COMPLETE_H
#define MPSH_GRAMMAR_COMPLETE_H

#include <stdbool.h>

#include "grammar/command.h"

/*
 * Does left (len bytes, the line before the cursor) end within a <text> or <payload>?
 * True also right after the blank before the text, and in a comment.
 */
bool grammar_in_text(const char *left, size_t len);

/* A word that may come next. */
struct candidate {
	char word[GRAMMAR_VALUE_MAX + 1]; /* "send", or "<seconds>" */
	char help[96];                    /* the command's brief, or what the token is */
	bool literal; /* completion can insert word: not for "<seconds>" */
	bool goes_on; /* it is no whole word: a directory's name */
};

/*
 * Find the words that may stand at the end of left (len bytes, the line before the
 * cursor) and begin with the partial word there. c gets at most max candidates, sorted,
 * no word twice. "<enter>" is a candidate where the line may end, unless the partial
 * word can only be completed. *partial gets the bytes of the partial word (of all of a
 * <command>). Returns the number of candidates.
 */
unsigned int grammar_candidates(const char *left, size_t len, struct candidate *c,
	unsigned int max, size_t *partial);

/* For grammar_values_t: what is typed of the value by now, NUL-terminated. */
const char *grammar_typed(void);

#endif

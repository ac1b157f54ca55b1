/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What may follow what was typed: completion and the help of a question mark. */

#ifndef MPSH_GRAMMAR_COMPLETE_H
#define MPSH_GRAMMAR_COMPLETE_H

#include <stdbool.h>

#include "grammar/command.h"

/*
 * Is the end of left (len bytes) within a <text> or <payload>? True from the blank
 * after the word before it on, and in a comment.
 */
bool grammar_in_text(const char *left, size_t len);

/* One thing that may come. */
struct candidate {
	char word[GRAMMAR_WORD_MAX +
		1];    /* what completes, or "<seconds>" for what does not */
	char help[96]; /* the command's brief, or what the token is */
	bool literal;  /* word can be inserted */
};

/*
 * What may come at the end of left, beginning with the partial word there: at most max
 * candidates, sorted, no word twice, "<enter>" where the line may end (after a blank
 * or on a complete line whose last word is no mere beginning of a candidate).
 * *partial gets the length of the partial word (of a <command>, all that is typed of
 * it). Returns how many.
 */
unsigned int grammar_candidates(const char *left, size_t len, struct candidate *c,
	unsigned int max, size_t *partial);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Explains what is wrong with a line that fits no command, and what would fit. */

#ifndef MPSH_GRAMMAR_MISTAKE_H
#define MPSH_GRAMMAR_MISTAKE_H

/*
 * Write into error why a line fits no command. masked is the line after token_mask(),
 * line is as typed. Main thread.
 */
void mistake_explain(const char *masked, const char *line, char *error, size_t size);

/*
 * Write before, the len bytes of word as text_escape() shows them, and after. If error
 * is too small the word is cut, since after matters more than the word's end.
 */
void mistake_put_word(char *error, size_t size, const char *before, const char *word,
	size_t len, const char *after);

#endif

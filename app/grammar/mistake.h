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

#endif

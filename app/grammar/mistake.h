/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What is wrong with a line that fits no command, and what would be right. */

#ifndef MPSH_GRAMMAR_MISTAKE_H
#define MPSH_GRAMMAR_MISTAKE_H

/* Why is the line (masked and as typed) none? */
void mistake_explain(const char *masked, const char *line, char *error, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Which of the known words was meant by a misspelt one. */

#ifndef MPSH_BASE_NEAREST_H
#define MPSH_BASE_NEAREST_H

/*
 * The word among n words that is nearest to slip (optimal string alignment:
 * insertions, deletions, substitutions, swapped neighbours), or NULL when none is
 * within 2 edits (1 for words of up to 3 bytes) or slip is empty. The first of several
 * that are as near. Words of more than 63 bytes are never found.
 */
const char *text_nearest(const char *slip, const char *const words[], size_t n);

#endif

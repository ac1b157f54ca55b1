/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds the known word that a misspelt word most likely means. */

#ifndef MPSH_BASE_NEAREST_H
#define MPSH_BASE_NEAREST_H

/*
 * The word among n words that is nearest to slip, the misspelt word; the first of
 * several equally near. An edit inserts, deletes or substitutes a byte or swaps two
 * neighbours (optimal string alignment). NULL when slip is empty or no word is within
 * 2 edits (1 for words of up to 3 bytes). Words of more than 63 bytes are never found.
 * Any thread.
 */
const char *text_nearest(const char *slip, const char *const words[], size_t n);

#endif

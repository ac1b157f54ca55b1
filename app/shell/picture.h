/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* How a prompt and the line behind it lie on rows of a terminal. Main thread. */

#ifndef MPSH_SHELL_PICTURE_H
#define MPSH_SHELL_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shell/line.h"

/* Bytes of a prompt that are shown; a longer one is cut. */
#define PROMPT_MAX 200

/* A byte that is not printable is shown as 4 characters (\xNN). */
#define PICTURE_MAX (4 * (PROMPT_MAX + EDITOR_LINE_MAX))

/* Rows and columns count from 0, at the first character of the prompt. */
struct place {
	unsigned int row, col;
};

/* A character with the combining marks that follow it. */
struct glyph {
	uint16_t at, length; /* its bytes */
	uint16_t width;      /* columns */
	struct place place;
};

struct picture {
	char bytes[PICTURE_MAX];
	struct glyph glyphs[PICTURE_MAX];
	unsigned int n;         /* glyphs */
	unsigned int n_prompt;  /* of them, those of the prompt */
	unsigned int at_cursor; /* the glyph under the cursor; n: it is at the end */
	unsigned int columns;
	/*
	 * Where the next character would be written. If the last glyph ends at the right
	 * edge, this is the next row, and filled is set: a terminal gets there only by a
	 * further character.
	 */
	struct place end;
	struct place cursor;
	bool filled;
};

/*
 * Lay out prompt and line (length bytes, the cursor before byte cursor) for a terminal
 * of columns columns. Bytes that are not printable UTF-8 are shown as \xNN, a tab as
 * ^I; a character of two columns is never split.
 */
void picture_make(struct picture *picture, const char *prompt, const char *line,
	size_t length, size_t cursor, unsigned int columns);

/* Lay out the same glyphs for another width, as terminals do at a resize. */
void picture_flow(struct picture *picture, unsigned int columns);

/* How many glyphs two pictures of the same width have in common, from the first on. */
unsigned int picture_common(const struct picture *a, const struct picture *b);

/* The first glyph on this row or below; n if there is none. */
unsigned int picture_first_on(const struct picture *picture, unsigned int row);

/* Where the cursor stands when the glyphs before this one have been written. */
struct place picture_before(const struct picture *picture, unsigned int glyph);

#endif

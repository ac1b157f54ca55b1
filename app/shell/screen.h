/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What stands on the terminal of prompt and line, and the bytes that change it into
 * what is to stand there: only what differs is written, so that a character typed at the
 * end of the line is that character alone. Main thread.
 */

#ifndef MPSH_SHELL_SCREEN_H
#define MPSH_SHELL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "shell/picture.h"

/* What the terminal is. */
struct screen_size {
	unsigned int columns, rows;
	bool dumb; /* it knows no escape sequence: only \b, \r, \n and characters */
};

struct screen {
	struct screen_size size;
	/* SGR sequences around the prompt, or "". */
	const char *color, *color_end;

	struct picture shown, wanted;
	bool drawn;
	unsigned int top; /* the first row of shown that is on the terminal */
	struct place
		at; /* the terminal's cursor; its col may be columns: see move_to() */

	/* What is to be written. The functions below append; the caller empties it. */
	char out[4 * PICTURE_MAX];
	size_t out_length;
};

/*
 * Show prompt and line, length bytes with the cursor before byte cursor. If nothing is
 * shown yet, the terminal's cursor must be at the start of an empty row. A line with more
 * rows than the terminal has is shown in part, with the cursor in it. On a dumb terminal
 * the rows below the cursor's are not shown, and a change further up is shown by writing
 * the line anew below.
 */
void screen_draw(struct screen *screen, const char *prompt, const char *line,
	size_t length, size_t cursor);

/*
 * Take it off the terminal; the cursor is then where the prompt began (on a dumb
 * terminal: at the start of the cursor's row).
 */
void screen_hide(struct screen *screen);

/* It stays on the terminal and is ours no more: the cursor is on a row of its own now. */
void screen_leave(struct screen *screen);

/*
 * The terminal has this size now. If its width is another one the terminal has wrapped
 * the rows anew, and what was drawn is taken off.
 */
void screen_resize(struct screen *screen, const struct screen_size *size);

#endif

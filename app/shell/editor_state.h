/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the files of the editor share, and nobody else includes. */

#ifndef MPSH_SHELL_EDITOR_STATE_H
#define MPSH_SHELL_EDITOR_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include <cmdline_rdline.h>

#include "shell/keys.h"
#include "shell/line.h"

#define HISTORY_LINES 1000

/* What rdline_redisplay() writes besides the line. */
#define CAPTURE_SIZE (EDITOR_LINE_MAX + 64)

struct editor {
	struct rdline *rdl;
	editor_in_text_t *in_text;

	/* What rdline holds, as last captured. */
	char text[EDITOR_LINE_MAX + 1];
	size_t len;
	size_t cursor;
	bool spoiled;
	size_t cut_len; /* what rdline's Ctrl-Y would insert */

	bool capturing;
	char captured[CAPTURE_SIZE];
	size_t captured_len;
	const char *insertion; /* what the complete callback is to give */
	size_t insertion_len;

	struct key_reader keys;

	char *history[HISTORY_LINES];
	size_t history_len;
	size_t back;                     /* lines walked up, 0 at the line being typed */
	char typed[EDITOR_LINE_MAX + 1]; /* that line, while back is not 0 */
	bool typed_spoiled;
	char *path;

	/*
	 * Columns that the line was last drawn for; of the drawing, not of the
	 * line: not const.
	 */
	unsigned int *drawn_columns;
};

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The editor's state, shared by editor.c, history.c, draw.c and editor_test.c. */

#ifndef MPSH_SHELL_EDITOR_STATE_H
#define MPSH_SHELL_EDITOR_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include <cmdline_rdline.h>

#include "shell/keys.h"
#include "shell/line.h"

#define HISTORY_LINES 1000

/* The line, and 64 bytes for the sequences that rdline_redisplay() writes around it. */
#define CAPTURE_SIZE (EDITOR_LINE_MAX + 64)

struct editor {
	struct rdline *rdl;
	editor_in_text_t *in_text;

	/* What rdline holds, as last captured. */
	char text[EDITOR_LINE_MAX + 1];
	size_t len;
	size_t cursor;
	bool spoiled;
	size_t cut_len; /* bytes that rdline's Ctrl-Y would insert */

	bool capturing;
	char captured[CAPTURE_SIZE];
	size_t captured_len;
	const char *insertion; /* the bytes that on_complete() gives to rdline */
	size_t insertion_len;

	struct key_reader keys;

	char *history[HISTORY_LINES];
	size_t history_len;
	size_t back;                     /* lines walked up, 0 at the line being typed */
	char typed[EDITOR_LINE_MAX + 1]; /* the line being typed, while back is not 0 */
	bool typed_spoiled;
	char *path;

	/*
	 * Columns that the line was last drawn for. This is a pointer so that
	 * editor_draw(), whose editor is const, can set the number.
	 */
	unsigned int *drawn_columns;
};

#endif

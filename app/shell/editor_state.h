/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The editor's state, shared by editor.c, buffer.c, history.c, search.c and
 * editor_test.c. */

#ifndef MPSH_SHELL_EDITOR_STATE_H
#define MPSH_SHELL_EDITOR_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include <cmdline_rdline.h>

#include "shell/keys.h"
#include "shell/line.h"

#define HISTORY_LINES 1000

/* Bytes that Ctrl-R looks for at most. */
#define SEARCH_MAX 40

/* The line, and 64 bytes for the sequences that rdline_redisplay() writes around it. */
#define CAPTURE_SIZE (EDITOR_LINE_MAX + 64)

/* In a bracketed paste: all bytes are text up to the mark at its end. */
struct paste_reader {
	bool is_on;
	size_t matched; /* bytes of the mark */
	bool after_return;
};

/* Ctrl-R: the newest line of the history that holds the query. */
struct search {
	bool is_on;
	char query[SEARCH_MAX + 1];
	size_t query_len;
	size_t back;                    /* lines walked up to the line that is shown */
	char line[EDITOR_LINE_MAX + 1]; /* the line before the search, for Ctrl-G */
	bool line_spoiled;
	char prompt[4 * SEARCH_MAX];
};

struct editor {
	struct rdline *rdl;
	editor_in_text_t *in_text;

	/* What rdline holds, as last captured. */
	char text[EDITOR_LINE_MAX + 1];
	size_t len;
	size_t cursor;
	bool spoiled;

	/* What was cut last, for Ctrl-Y; cuts one after another join. */
	char cut[EDITOR_LINE_MAX + 1];
	size_t cut_len;
	bool cutting; /* the key before was a cut */

	bool capturing;
	char captured[CAPTURE_SIZE];
	size_t captured_len;
	const char *insertion; /* the bytes that on_complete() gives to rdline */
	size_t insertion_len;

	struct key_reader keys;
	struct paste_reader paste;
	struct search search;

	char *history[HISTORY_LINES];
	size_t history_len;
	size_t back;                     /* lines walked up, 0 at the line being typed */
	char typed[EDITOR_LINE_MAX + 1]; /* the line being typed, while back is not 0 */
	bool typed_spoiled;
	char *path;
};

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Ctrl-R: a line of the history by a part of it. Main thread. */

#ifndef MPSH_SHELL_SEARCH_H
#define MPSH_SHELL_SEARCH_H

struct editor;

enum search_result {
	SEARCH_CHANGED,   /* the line, or what is looked for */
	SEARCH_NOT_FOUND, /* the line is as it was */
	SEARCH_OVER, /* the line that is shown is taken; the key is still to be done */
};

/* Begin a search; the line that was typed comes back at Ctrl-G. */
void search_begin(struct editor *e);

/*
 * Take a byte while the search is on: a character is looked for too, Ctrl-R finds the
 * line before, Backspace takes a character back, Ctrl-G gives up. Any other key takes the
 * line that is shown.
 */
enum search_result search_byte(struct editor *e, char byte);

/* Take the line that is shown. */
void search_end(struct editor *e);

#endif

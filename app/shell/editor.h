/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The line that is being typed: librte_cmdline's rdline keeps it, we draw it.
 * rdline's own drawing breaks on lines that wrap and its prompt ends at 31 bytes,
 * so it draws nothing: after each key the text and the cursor are read from a
 * captured rdline_redisplay(). Bytes that it would not take (UTF-8, '?' and tab
 * inside a text) are handed to it as if they were a completion. Main thread.
 */

#ifndef MPSH_SHELL_EDITOR_H
#define MPSH_SHELL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "shell/line.h"

struct editor;

enum editor_result {
	EDITOR_NOTHING,   /* no change, or in the middle of a key's bytes */
	EDITOR_CHANGED,   /* draw the line again */
	EDITOR_BELL,      /* a byte too many: ring; the line is spoiled */
	EDITOR_LINE,      /* Enter: the line is editor_text(); then call editor_clear() */
	EDITOR_INTERRUPT, /* Ctrl-C; the line stays until editor_clear() */
	EDITOR_EOF,       /* Ctrl-D on an empty line */
	EDITOR_COMPLETE,  /* Tab outside of a text */
	EDITOR_HELP,      /* '?' outside of a text */
	EDITOR_REDRAW,    /* Ctrl-L: clear the screen, then draw */
};

struct editor *editor_new(editor_in_text_t *in_text);
void editor_free(struct editor *e);

/*
 * Take one byte typed. Keys: arrows, Home, End (all their usual sequences), Delete,
 * Backspace, Ctrl-A/E/B/F/K/Y/W/U/L/P/N/D, Alt-B/F/D/Backspace, Ctrl-arrows. A
 * character of UTF-8 is one to the cursor, to Delete and to Backspace. Up and Down
 * walk the history; the line being typed comes back below its newest. Any other
 * sequence is ignored whole.
 */
enum editor_result editor_key(struct editor *e, char byte);

/*
 * The line, NUL-terminated, and the cursor's offset in it in bytes. Valid until the
 * next call.
 */
const char *editor_text(const struct editor *e, size_t *len, size_t *cursor);

/* Did bytes go missing since the line was last empty (too long)? */
bool editor_spoiled(const struct editor *e);

/*
 * Insert bytes at the cursor, as a completion does. False: no room, nothing
 * changed.
 */
bool editor_insert(struct editor *e, const char *bytes, size_t len);

/* Move the cursor to this byte, where a character begins, or to the end. */
void editor_move(struct editor *e, size_t cursor);

/* An empty line, the history's walk ended. */
void editor_clear(struct editor *e);

#endif

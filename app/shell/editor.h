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

/*
 * A line at a prompt holds up to this many bytes (rdline's RDLINE_BUF_SIZE - 1 at
 * 22.11).
 */
#define EDITOR_LINE_MAX 511

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

/*
 * Is the end of this text (len bytes, left of the cursor) within a command's
 * <text>, so that '?' and Tab are characters like others?
 */
typedef bool(editor_in_text_t)(const char *left, size_t len);

struct editor;

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

/* An empty line, the history's walk ended. */
void editor_clear(struct editor *e);

/*
 * The history: the newest 1000 lines. editor_history_load() reads path, keeps it
 * for editor_history_add(), and creates its directories (0700) and the file (0600)
 * when first written. What cannot be read or written costs history only. Lines
 * equal to the one before are not kept twice. Several processes may add at once: a
 * line is one append under a lock, and a file of over 1000 lines is written anew,
 * under the lock, by rename or in place. path NULL: in memory only.
 */
void editor_history_load(struct editor *e, const char *path);
void editor_history_add(struct editor *e, const char *line);

/*
 * Draw prompt and line for a terminal of columns columns into a buffer on the heap
 * that the caller frees (*len bytes; NULL if memory is short). It assumes the
 * cursor on the first column of the first row to be used and clears to the end of
 * the screen first (ESC[J). Characters that are not printable are shown as ^X or
 * \xNN, characters of two columns are never split, the prompt may be coloured by
 * the given SGR strings (or "" for none). *cursor_row gets the row, from 0, on
 * which the cursor was left.
 */
char *editor_draw(const struct editor *e, const char *prompt, const char *color,
	const char *color_end, unsigned int columns, size_t *len,
	unsigned int *cursor_row);

/* The row that the cursor would be on at another width: for a resize. */
unsigned int editor_cursor_row(
	const struct editor *e, const char *prompt, unsigned int columns);

#endif

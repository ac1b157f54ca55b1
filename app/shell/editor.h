/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The line that is being typed. librte_cmdline's rdline keeps the line; screen.c shows
 * it, since rdline's own drawing breaks on lines that wrap and cuts its prompt at 31
 * bytes. rdline's output is never shown: after each key the text and the cursor are
 * read from a captured rdline_redisplay(). Bytes that rdline would not take (UTF-8, '?'
 * and tab inside a text) are handed to rdline as if they were a completion. Main
 * thread.
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
	EDITOR_BELL,      /* the line is full, or nothing was found: ring the bell */
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
 * Take one byte that was typed. Keys: arrows, Home, End (all their usual sequences),
 * Delete, Backspace, Ctrl-A/E/B/F/K/Y/W/U/L/P/N/D/R, Alt-B/F/D/Backspace, Ctrl-arrows.
 * The cursor, Delete and Backspace treat a UTF-8 character as one. Up and Down walk the
 * history; Down from its newest line brings back the line that was being typed. Any
 * other sequence, and what a terminal answers, is ignored whole. In a bracketed paste
 * every byte is a character but for newlines, which are Enter.
 */
enum editor_result editor_key(struct editor *e, char byte);

/*
 * The line, NUL-terminated, and the cursor's offset in it in bytes. Valid until the
 * next call.
 */
const char *editor_text(const struct editor *e, size_t *len, size_t *cursor);

/* Has a byte been dropped, because the line was full, since the line was last empty? */
bool editor_spoiled(const struct editor *e);

/*
 * Insert bytes at the cursor, as a completion does. Returns false, and inserts nothing,
 * when the bytes do not fit or line_may_hold() refuses them.
 */
bool editor_insert(struct editor *e, const char *bytes, size_t len);

/* The same for a line that was typed already, whatever it holds. */
bool editor_restore(struct editor *e, const char *bytes, size_t len);

/* Move the cursor to this offset in bytes, where a character begins, or to the end. */
void editor_move(struct editor *e, size_t cursor);

/* Empty the line and end the walk through the history. */
void editor_clear(struct editor *e);

/* What follows is no part of a sequence or of a paste: what came before was dropped. */
void editor_forget_keys(struct editor *e);

/* What to show in place of the prompt while Ctrl-R searches; NULL: the prompt. */
const char *editor_search_prompt(const struct editor *e);

#endif

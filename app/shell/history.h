/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The lines typed before, in memory and in a file that several processes append to.
 */

#ifndef MPSH_SHELL_HISTORY_H
#define MPSH_SHELL_HISTORY_H

struct editor;

/*
 * The history keeps the newest 1000 lines; a line equal to the line before it is not
 * kept. editor_history_load() reads the file path and remembers path for
 * editor_history_add(); with NULL the history is in memory only. The first line added
 * creates the file (0600) and its directories (0700). A file that cannot be read or
 * written is no error: the history is then short or in memory only. Several processes
 * may add at once: each line is one append under a lock, and a file of over 1000 lines
 * is shortened in place, under the lock.
 */
void editor_history_load(struct editor *e, const char *path);
void editor_history_add(struct editor *e, const char *line);

/* Drop the lines and the path from memory; the file stays. */
void history_forget(struct editor *e);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The lines typed before, in memory and in a file that several consoles append to.
 */

#ifndef MPSH_SHELL_HISTORY_H
#define MPSH_SHELL_HISTORY_H

struct editor;

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

/* Drop the lines from memory; the file stays. */
void history_forget(struct editor *e);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The line as librte_cmdline's rdline keeps it: to rdline every byte is a character. Text
 * and cursor in struct editor are what rdline holds. Main thread.
 */

#ifndef MPSH_SHELL_BUFFER_H
#define MPSH_SHELL_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "shell/keys.h"

struct editor;

/* Make the rdline of an editor; false if memory is short. */
bool buffer_new(struct editor *e);
void buffer_free(struct editor *e);

/* Let rdline do a key so many times; buffer_read() then takes what it has made of it. */
void buffer_key(struct editor *e, enum key key, size_t times);
void buffer_read(struct editor *e);

/*
 * Insert bytes without a NUL at the cursor. Returns false, and inserts nothing, when they
 * do not fit.
 */
bool buffer_insert(struct editor *e, const char *bytes, size_t len);

/* Make this the line, with the cursor at its end. */
void buffer_set(struct editor *e, const char *line, bool spoiled);

/* Move the cursor to this offset in bytes, or to the end. */
void buffer_move(struct editor *e, size_t cursor);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a line that is typed may hold. */

#ifndef MPSH_SHELL_LINE_H
#define MPSH_SHELL_LINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A line at a prompt holds up to this many bytes (rdline's RDLINE_BUF_SIZE - 1 at
 * 22.11).
 */
#define EDITOR_LINE_MAX 511

/*
 * Stands for a NUL in a line: rdline can hold no NUL, and a line has no newline, which
 * is Enter. As any control byte it is shown, and refused at Enter.
 */
#define LINE_NUL '\n'

/*
 * Is the end of this text (len bytes, left of the cursor) within a command's
 * <text>, so that '?' and Tab are characters like others?
 */
typedef bool(editor_in_text_t)(const char *left, size_t len);

/*
 * May these bytes be part of a line? Of the control characters only tab may. A paste that
 * the terminal marks may put others into the line; it is refused at Enter.
 */
bool line_may_hold(const char *bytes, size_t len);

#endif

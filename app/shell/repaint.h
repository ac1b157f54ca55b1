/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A command's results painted again and again, each over the one before, until a key is
 * pressed. Where that cannot be, as in a batch, they are printed one after another. Main
 * thread.
 */

#ifndef MPSH_SHELL_REPAINT_H
#define MPSH_SHELL_REPAINT_H

#include <stdint.h>

/*
 * From now on a picture is painted on a terminal that can, at a prompt without JSON: what
 * others cause to be printed is kept until repaint_end(). Any key typed from now on ends
 * repaint_wait().
 */
void repaint_begin(void);

/*
 * Between the two the results that are printed are the next picture. repaint_drop()
 * instead of repaint_close(): there is none, and the one on the screen stays.
 */
void repaint_open(void);
void repaint_close(void);
void repaint_drop(void);

/*
 * Wait, at most timeout ns. Returns 0 when a key was pressed, which is taken out of what
 * was typed, whole; else as loop_until().
 */
int repaint_wait(uint64_t timeout);

/* Leave the last picture where it stands, and print what was kept meanwhile. */
void repaint_end(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Lines that are not printed while a picture stands on the screen: those that are to be
 * in the picture, and all others, which are kept until it ends. Main thread.
 */

#ifndef MPSH_OUTPUT_KEPT_H
#define MPSH_OUTPUT_KEPT_H

#include <stdbool.h>
#include <stddef.h>

struct writer;

/* Lines that are kept, the newest; older ones are counted and dropped. */
#define KEPT_MAX 1000

enum keeping {
	KEPT_NOTHING, /* every line is printed */
	KEPT_ALL,     /* every line is kept */
	KEPT_OTHERS,  /* results are lines of the picture, all others are kept */
};

void kept_set(enum keeping keeping);

/*
 * Take a line of length bytes with its newline, which was about to be written. Returns
 * false if it is to be written. Without memory the line is dropped.
 */
bool kept_take(struct writer *writer, const char *line, size_t length, bool is_result);

/*
 * The picture: *n lines, each with its newline, since kept_forget_picture(). They belong
 * to this file.
 */
char *const *kept_picture(size_t *n);
void kept_forget_picture(void);

/* How many of the lines that were to be kept were dropped. */
unsigned int kept_dropped(void);

/* Keep no line any more, and write those that were kept, in their order. */
void kept_release(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A reserve for what must not fail half-way: the output, JSON documents, the loop. When
 * the process can have no more memory the reserve is spent, what was begun comes to its
 * end, and until the reserve can be had again no command is begun.
 */

#ifndef MPSH_BASE_MEMORY_H
#define MPSH_BASE_MEMORY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Take the reserve, limit the C library to one heap, and have jansson and libevent
 * use memory_get(). Returns 0 or -ENOMEM. Main thread, before there are others.
 */
int memory_start(void);

/* Is the reserve spent, and cannot be had again? Main thread. */
bool memory_is_short(void);

/*
 * As malloc(), calloc() and realloc(), but they spend the reserve before they return
 * NULL. What they return is freed with free(). Any thread.
 */
void *memory_get(size_t size);
void *memory_zeroed(size_t size);
void *memory_resize(void *old, size_t size);

/*
 * As vasprintf(), with memory_get(): *text is the caller's to free. Returns the length,
 * or -1 with *text NULL. Any thread.
 */
int memory_format(char **text, const char *format, va_list list)
	__attribute__((format(printf, 2, 0)));

/* The same of arguments. Returns the text, or NULL. */
char *memory_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

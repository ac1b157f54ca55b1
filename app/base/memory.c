/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The reserve of memory. */

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <jansson.h>

#include "base/memory.h"

/*
 * More than the documents of any command: 64 KiB for a table of all rings. So large that
 * malloc() maps it by itself, and free() gives it back to the kernel.
 */
#define RESERVE_SIZE (1 << 20)

static void *reserve; /* atomic; NULL: spent */

/* Returns false when there was nothing left to spend. */
static bool
spend(void)
{
	void *spent = __atomic_exchange_n(&reserve, NULL, __ATOMIC_RELAXED);

	free(spent);
	return spent != NULL;
}

void *
memory_get(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL && spend())
		memory = malloc(size);
	return memory;
}

void *
memory_zeroed(size_t size)
{
	void *memory = memory_get(size);

	return memory != NULL ? memset(memory, 0, size) : NULL;
}

void *
memory_resize(void *old, size_t size)
{
	void *memory = realloc(old, size);

	if (memory == NULL && spend())
		memory = realloc(old, size);
	return memory;
}

int
memory_format(char **text, const char *format, va_list list)
{
	char start[256]; /* most texts are no longer, and so are formatted once */
	va_list again;
	int length;

	va_copy(again, list);
	length = vsnprintf(start, sizeof(start), format, again);
	va_end(again);
	*text = length >= 0 ? memory_get(length + 1) : NULL;
	if (*text == NULL)
		return -1;
	if (length >= (int)sizeof(start))
		return vsnprintf(*text, length + 1, format, list);
	memcpy(*text, start, length + 1);
	return length;
}

char *
memory_print(const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	memory_format(&text, format, list);
	va_end(list);
	return text;
}

bool
memory_is_short(void)
{
	void *again;

	if (__atomic_load_n(&reserve, __ATOMIC_RELAXED) != NULL)
		return false;
	again = malloc(RESERVE_SIZE);
	__atomic_store_n(&reserve, again, __ATOMIC_RELAXED);
	return again == NULL;
}

int
memory_start(void)
{
	/* One heap for all threads: a thread's first malloc() makes no other, which takes
	 * some 50 us of the start, and of the primary's answer to the first attach.
	 */
	mallopt(M_ARENA_MAX, 1);
	json_set_alloc_funcs(memory_get, free);
	event_set_mem_functions(memory_get, memory_resize, free);
	return memory_is_short() ? -ENOMEM : 0;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Makes the n-th allocation of mpsh's own fail, and those of jansson and libevent on its
 * behalf, counted from the end of its start. Linked with -Wl,--wrap= for each name.
 *
 * MPSH_FAILS_AT: n, from 1; without it none fails. MPSH_FAILS_FOR: how many behind it
 * fail too (0). MPSH_FAILS_OVER: from n on so large ones always fail. MPSH_ALLOCATIONS:
 * the file that the number of allocations is written into at the end.
 */

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <jansson.h>

static unsigned long count, fails_at, fails_for, fails_over;
static bool counts, lacks_threads;

static bool
fails(size_t size)
{
	unsigned long n;

	if (!__atomic_load_n(&counts, __ATOMIC_RELAXED))
		return false;
	n = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
	if (fails_at == 0 || n < fails_at ||
		(n > fails_at + fails_for && (fails_over == 0 || size < fails_over)))
		return false;
	errno = ENOMEM;
	return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t size);
int __real_vasprintf(char **text, const char *format, va_list list);
int __real_console_run(void);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t size);
int __wrap_vasprintf(char **text, const char *format, va_list list);
int __wrap_asprintf(char **text, const char *format, ...);
int __wrap_console_run(void);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*run)(void *arg), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*run)(void *arg), void *arg);

void *
__wrap_malloc(size_t size)
{
	return fails(size) ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails(n * size) ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return fails(size) ? NULL : __real_realloc(old, size);
}

char *
__wrap_strdup(const char *text)
{
	return fails(0) ? NULL : __real_strdup(text);
}

char *
__wrap_strndup(const char *text, size_t size)
{
	return fails(0) ? NULL : __real_strndup(text, size);
}

int
__wrap_vasprintf(char **text, const char *format, va_list list)
{
	return fails(0) ? -1 : __real_vasprintf(text, format, list);
}

int
__wrap_asprintf(char **text, const char *format, ...)
{
	va_list list;
	int length;

	if (fails(0))
		return -1;
	va_start(list, format);
	length = __real_vasprintf(text, format, list);
	va_end(list);
	return length;
}

/* A thread lacks the memory for its stack. */
int
__wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*run)(void *arg), void *arg)
{
	return lacks_threads || fails(0)
		? EAGAIN
		: __real_pthread_create(thread, attributes, run, arg);
}

/* mpsh has started. */
int
__wrap_console_run(void)
{
	int code;

	__atomic_store_n(&counts, true, __ATOMIC_RELAXED);
	lacks_threads = getenv("MPSH_LACKS_THREADS") != NULL;
	code = __real_console_run();
	__atomic_store_n(&counts, false, __ATOMIC_RELAXED);
	return code;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *at = getenv("MPSH_FAILS_AT"), *more = getenv("MPSH_FAILS_FOR"),
		   *over = getenv("MPSH_FAILS_OVER");

	fails_at = at != NULL ? strtoul(at, NULL, 10) : 0;
	fails_for = more != NULL ? strtoul(more, NULL, 10) : 0;
	fails_over = over != NULL ? strtoul(over, NULL, 10) : 0;
	json_set_alloc_funcs(__wrap_malloc, free);
	event_set_mem_functions(__wrap_malloc, __wrap_realloc, free);
}

__attribute__((destructor)) static void
end(void)
{
	const char *name = getenv("MPSH_ALLOCATIONS");
	FILE *file = name != NULL ? fopen(name, "we") : NULL;

	if (file == NULL)
		return;
	fprintf(file, "%lu\n", count);
	fclose(file);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * For LD_PRELOAD: rte_mp's path of a socket is written and then read in one buffer. That
 * takes a while here, and meanwhile the buffer is empty; else, some ten nanoseconds.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PAUSE_US 300

int __snprintf_chk(char *buf, size_t max, int flag, size_t size, const char *format, ...);

static bool
is_path(const char *format, va_list args)
{
	const char *name;
	va_list copy;

	if (strcmp(format, "%s/%s") != 0)
		return false;
	va_copy(copy, args);
	va_arg(copy, const char *);
	name = va_arg(copy, const char *);
	va_end(copy);
	return strcmp(name, "mp_socket") == 0;
}

static int
format_slowly(char *buf, size_t size, const char *format, va_list args)
{
	bool slow = is_path(format, args);
	int ret;

	if (slow) {
		buf[0] = '\0';
		usleep(PAUSE_US);
	}
	ret = vsnprintf(buf, size, format, args);
	if (slow)
		usleep(PAUSE_US);
	return ret;
}

int
snprintf(char *restrict buf, size_t size, const char *restrict format, ...)
{
	va_list args;
	int ret;

	va_start(args, format);
	ret = format_slowly(buf, size, format, args);
	va_end(args);
	return ret;
}

int
__snprintf_chk(char *buf, size_t max, int flag, size_t size, const char *format, ...)
{
	va_list args;
	int ret;

	(void)flag;
	(void)size;
	va_start(args, format);
	ret = format_slowly(buf, max, format, args);
	va_end(args);
	return ret;
}

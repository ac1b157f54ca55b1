/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Any bytes as JSON strings. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/histogram.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

static json_t *
escape(size_t (*by)(char *dst, const uint8_t *s, size_t len), const void *bytes,
	size_t length)
{
	char *escaped = memory_get(TEXT_ESCAPED_SIZE(length));
	json_t *string;

	if (escaped == NULL)
		return NULL;
	string = json_stringn(escaped, by(escaped, bytes, length));
	free(escaped);
	return string;
}

json_t *
json_of_bytes(const void *bytes, size_t length)
{
	return escape(text_escape, bytes, length);
}

json_t *
json_of_name(const void *bytes, size_t length)
{
	return escape(text_name, bytes, length);
}

json_t *
json_of_string(const char *string)
{
	return json_of_bytes(string, strlen(string));
}

json_t *
json_of_lines(const char *text)
{
	size_t length = strlen(text), at = 0;
	char *escaped = memory_get(TEXT_ESCAPED_SIZE(length));
	json_t *string;

	if (escaped == NULL)
		return NULL;
	for (;;) {
		size_t line = strcspn(text, "\n");

		at += text_escape(escaped + at, (const uint8_t *)text, line);
		if (text[line] == '\0')
			break;
		escaped[at++] = '\n';
		text += line + 1;
	}
	string = json_stringn(escaped, at);
	free(escaped);
	return string;
}

json_t *
json_of_pid(pid_t pid)
{
	return json_of_number(pid >= 0, pid);
}

json_t *
json_of_number(bool there, json_int_t number)
{
	return there ? json_integer(number) : json_null();
}

json_t *
json_of_percentile(const struct histogram *histogram, double percent)
{
	return json_of_number(
		histogram->count != 0, histogram_percentile(histogram, percent));
}

void
json_print(json_t *document, FILE *stream)
{
	json_dumpf(document, stream, JSON_COMPACT);
	fputc('\n', stream);
	json_decref(document);
}

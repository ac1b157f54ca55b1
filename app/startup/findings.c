/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Adds checks to doctor's list. */

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json.h"
#include "base/text.h"
#include "startup/findings.h"
#include "startup/refuse.h"

static void
add(struct look *look, const char *check, const char *advice, const char *found)
{
	json_t *row = json_object();

	json_object_set_new(row, "check", json_string(check));
	json_object_set_new(row, "ok", json_boolean(advice == NULL));
	json_object_set_new(row, "found", json_of_lines(found));
	if (advice != NULL)
		json_object_set_new(row, "advice", json_of_lines(advice));
	json_array_append_new(look->checks, row);
}

void
findings_ok(struct look *look, const char *check, const char *format, ...)
{
	char found[TEXT_SIZE];
	va_list list;

	va_start(list, format);
	vsnprintf(found, sizeof(found), format, list);
	va_end(list);
	add(look, check, NULL, found);
}

void
findings_bad(
	struct look *look, const char *check, const char *advice, const char *format, ...)
{
	char found[TEXT_SIZE];
	va_list list;

	va_start(list, format);
	vsnprintf(found, sizeof(found), format, list);
	va_end(list);
	add(look, check, advice, found);
}

void
findings_refusal(struct look *look, const char *check, const struct refusal *refusal)
{
	char found[sizeof(refusal->text)];
	char *newline;

	strcpy(found, refusal->text);
	newline = strchr(found, '\n');
	if (newline != NULL)
		*newline = '\0';
	add(look, check, newline != NULL ? newline + 1 : found, found);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Prints results, errors and notices, as text or as JSON. */

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <rte_common.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "output/kept.h"
#include "output/output.h"
#include "output/wrap.h"
#include "output/writer.h"

#define RED "\033[31m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"
#define PAGE_WIDTH 80 /* columns that output_wrapped() uses at most */

/* The process has one output, which every command prints to. */
static struct {
	struct output_config config;
	char place[256];
	char error[512];  /* the first since output_forget_error() */
	char reason[512]; /* the same, of what failed without an error */
	uint64_t dropped; /* notices, since the last that was printed */
	bool is_result;   /* what is printed now */
	unsigned int errors;
} output;

void
output_init(const struct output_config *config)
{
	output.config = *config;
}

void
output_set_color(bool errors, bool results)
{
	output.config.color = errors;
	output.config.dims = results;
}

void
output_set_json(bool json)
{
	output.config.json = json;
}

bool
output_is_json(void)
{
	return output.config.json;
}

void
output_set_place(const char *place)
{
	snprintf(output.place, sizeof(output.place), "%s", place != NULL ? place : "");
}

const char *
output_escape_to(struct output_text *shown, const void *bytes, size_t length)
{
	bool cut = length > OUTPUT_ESCAPE_MAX;
	size_t at = text_escape(shown->text, bytes, cut ? OUTPUT_ESCAPE_MAX : length);

	if (cut)
		strcpy(shown->text + at, "...");
	return shown->text;
}

struct output_text
output_escape(const void *bytes, size_t length)
{
	struct output_text shown;

	output_escape_to(&shown, bytes, length);
	/* cppcheck-suppress uninitvar; filled up to the NUL, 16 KiB are not cleared */
	return shown;
}

struct output_time
output_duration(uint64_t ns)
{
	struct output_time shown = { "" };

	text_duration(shown.text, ns);
	return shown;
}

struct output_time
output_duration_of(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);
	struct output_time none = { "-" };

	return json_is_integer(value) ? output_duration(json_integer_value(value)) : none;
}

/* Write a line and a newline. The buffer of line has room for the newline. */
static void
put(struct writer *writer, char *line, size_t length)
{
	if (writer == NULL)
		return;
	line[length] = '\n';
	if (kept_take(writer, line, length + 1, output.is_result))
		return;
	if (output.config.before != NULL)
		output.config.before();
	writer_put(writer, line, length + 1);
}

void
output_gather(bool gathers)
{
	if (output.config.out != NULL && !output.config.is_terminal)
		writer_gather(output.config.out, gathers);
}

/* Without memory, not even of the reserve, the first bytes of the line are written. */
static void
put_text(struct writer *writer, const char *before, const char *text, const char *after)
{
	const size_t length = strlen(before) + strlen(text) + strlen(after);
	char small[512], *line = length < sizeof(small) ? small : memory_get(length + 1);

	if (line != NULL) {
		stpcpy(stpcpy(stpcpy(line, before), text), after);
		put(writer, line, length);
	} else {
		snprintf(small, sizeof(small), "%s%s%s", before, text, after);
		put(writer, small, sizeof(small) - 1);
	}
	if (line != small)
		free(line);
}

static void
put_format(struct writer *writer, const char *before, const char *after,
	const char *format, va_list list)
{
	char *text = NULL, start[256];
	va_list again;

	va_copy(again, list);
	if (memory_format(&text, format, list) < 0)
		vsnprintf(start, sizeof(start), format, again);
	va_end(again);
	put_text(writer, before, text != NULL ? text : start, after);
	free(text);
}

static void put_words(struct writer *writer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
put_words(struct writer *writer, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	put_format(writer, "", "", format, list);
	va_end(list);
}

#define DEL 0x7f

static const char del_escaped[] = { '\\', 'u', '0', '0', '7', 'f' };

/* How many bytes a line of JSON needs more for its DELs, which jansson does not escape.
 */
static size_t
room_for_dels(const char *line)
{
	size_t n = 0;

	for (; *line != '\0'; line++)
		n += *line == DEL;
	return n * (sizeof(del_escaped) - 1);
}

/* Escape them; more is room_for_dels(), and the line has that room behind its length. */
static void
escape_dels(char *line, size_t length, size_t more)
{
	while (more != 0) {
		char c = line[--length];

		if (c == DEL) {
			more -= sizeof(del_escaped) - 1;
			memcpy(line + length + more, del_escaped, sizeof(del_escaped));
		} else {
			line[length + more] = c;
		}
	}
}

static void
put_json(struct writer *writer, json_t *document)
{
	/* Only ASCII for a terminal: UTF-8 has characters that control a terminal. */
	size_t flags = JSON_COMPACT | (output.config.is_terminal ? JSON_ENSURE_ASCII : 0);
	char no_memory[] = "{\"error\":\"out of memory\"}\n";
	char *line = document != NULL ? json_dumps(document, flags) : NULL;
	size_t length, more;
	char *longer;

	json_decref(document);
	length = line != NULL ? strlen(line) : 0;
	more = line != NULL && output.config.is_terminal ? room_for_dels(line) : 0;
	longer = line != NULL ? memory_resize(line, length + more + 2) : NULL;
	if (longer != NULL) {
		escape_dels(longer, length, more);
		put(writer, longer, length + more);
	} else {
		put(output.config.err, no_memory, sizeof(no_memory) - 2);
	}
	free(longer != NULL ? longer : line);
}

void
output_line(const char *format, ...)
{
	va_list list;

	if (output.config.json)
		return;
	output.is_result = true;
	va_start(list, format);
	put_format(output.config.out, "", "", format, list);
	va_end(list);
	output.is_result = false;
}

void
output_dim_line(const char *line)
{
	output_line("%s%s%s", output.config.dims ? DIM : "", line,
		output.config.dims ? PLAIN : "");
}

void
output_result(const char *name, json_t *value, void (*view)(const json_t *value))
{
	json_t *document;

	if (value == NULL) {
		output_error("no memory for the result of %s", name);
		return;
	}
	if (!output.config.json) {
		if (view != NULL)
			view(value);
		json_decref(value);
		return;
	}
	document = json_object();
	json_object_set_new(document, name, value);
	put_json(output.config.out, document);
}

static void
put_json_error(const char *format, va_list list)
{
	size_t length = strlen(output.place);
	json_t *document = json_object();
	char *text = NULL, *placed = NULL;

	if (memory_format(&text, format, list) >= 0)
		placed = memory_get(length + strlen(text) + 1);
	if (placed != NULL) {
		strcpy(placed, output.place);
		strcpy(placed + length, text);
	}
	if (placed == NULL ||
		json_object_set_new(document, "error", json_of_lines(placed)) < 0) {
		json_decref(document);
		document = NULL;
	}
	put_json(output.config.err, document);
	free(placed);
	free(text);
}

void
output_forget_error(void)
{
	output.error[0] = '\0';
	output.reason[0] = '\0';
}

bool
output_has_error(void)
{
	return output.error[0] != '\0';
}

void
output_echo(const char *command, size_t length)
{
	if (output.config.json)
		put_json(output.config.err,
			json_pack("{s:o}", "command", json_of_bytes(command, length)));
	else
		put_words(output.config.err, "> %s", output_escape(command, length).text);
}

/* Write a text with its place into kept, unless it has one. */
static void
keep_first(char *kept, size_t size, const char *format, va_list list)
{
	size_t length = strlen(output.place);

	if (kept[0] != '\0')
		return;
	memcpy(kept, output.place, length);
	vsnprintf(kept + length, size - length, format, list);
}

void
output_reason(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	keep_first(output.reason, sizeof(output.reason), format, list);
	va_end(list);
}

/* Why a command failed: one that gave neither an error nor a reason was interrupted. */
static const char *
why_failed(void)
{
	if (output.error[0] != '\0')
		return output.error;
	return output.reason[0] != '\0' ? output.reason : "interrupted";
}

void
output_outcome(int code)
{
	if (!output.config.json || !output.config.quiet)
		return;
	put_json(output.config.out,
		code == 0 ? json_pack("{s:b}", "ok", true)
			  : json_pack("{s:b, s:o, s:i}", "ok", false, "error",
				    json_of_lines(why_failed()), "code", code));
}

unsigned int
output_errors(void)
{
	return output.errors;
}

void
output_error(const char *format, ...)
{
	va_list list;

	output.errors++;
	va_start(list, format);
	keep_first(output.error, sizeof(output.error), format, list);
	va_end(list);
	va_start(list, format);
	if (output.config.json) {
		put_json_error(format, list);
	} else {
		char before[sizeof(output.place) + 32];

		snprintf(before, sizeof(before),
			"%s%serror: ", output.config.color ? RED : "", output.place);
		put_format(output.config.err, before, output.config.color ? PLAIN : "",
			format, list);
	}
	va_end(list);
}

int
output_no_memory(void)
{
	output_error("out of memory; nothing was done");
	return -ENOMEM;
}

/* Say how many notices were dropped since the last one. */
static void
say_dropped(void)
{
	uint64_t n = output.dropped;

	output.dropped = 0;
	if (n != 0)
		output_notice(json_pack("{s:{s:s, s:n, s:n, s:I}}", "event", "type",
				      "dropped", "peer", "pid", "count", (json_int_t)n),
			"* %" PRIu64 " notices were dropped: nobody read the output", n);
}

/*
 * Begin a notice: takes over its document, which is printed where documents are. Is its
 * line to be printed?
 */
static bool
begin_notice(json_t *document)
{
	bool drops = !output.config.quiet &&
		writer_backlog(output.config.out) > OUTPUT_NOTICES_MAX;

	output.dropped += drops;
	if (output.config.quiet || drops) {
		json_decref(document);
		return false;
	}
	say_dropped();
	if (output.config.json) {
		put_json(output.config.out, document);
		return false;
	}
	json_decref(document);
	return true;
}

void
output_notice(json_t *document, const char *format, ...)
{
	va_list list;

	if (!begin_notice(document))
		return;
	va_start(list, format);
	put_format(output.config.out, "", "", format, list);
	va_end(list);
}

void
output_notice_line(json_t *document, const char *line)
{
	if (begin_notice(document))
		put_text(output.config.out, "", line, "");
}

unsigned int
output_width(void)
{
	return output.config.columns != NULL ? output.config.columns() : 0;
}

static void
print_line(const char *line)
{
	output_line("%s", line);
}

void
output_wrapped(const char *text, const char *first, const char *rest)
{
	unsigned int width = output_width();

	wrap_lines(text, first, rest,
		width == 0 || width > PAGE_WIDTH ? PAGE_WIDTH : width, print_line);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Measures text in columns of the terminal, breaks it at words, and shortens it. */

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "output/wrap.h"

#define LINE_SIZE 1024
#define ELLIPSIS "\xe2\x80\xa6"

/* Returns the bytes of the first character of text; *columns gets its columns. */
static size_t
next_character(const char *text, size_t *columns)
{
	uint32_t cp = 0;
	size_t bytes = text_utf8_decode((const uint8_t *)text, strlen(text), &cp);

	*columns = bytes == 0 ? 1 : text_width(cp);
	return bytes == 0 ? 1 : bytes;
}

size_t
wrap_columns(const char *text)
{
	size_t sum = 0, columns;

	while (*text != '\0') {
		text += next_character(text, &columns);
		sum += columns;
	}
	return sum;
}

/* The bytes of the change of colour that text begins with; 0: it is none. */
static size_t
color_length(const char *text)
{
	size_t length;

	if (strncmp(text, "\033[", strlen("\033[")) != 0)
		return 0;
	length = strlen("\033[") + strspn(text + strlen("\033["), "0123456789;");
	return text[length] == 'm' ? length + 1 : 0;
}

size_t
wrap_rows(const char *text, size_t width)
{
	size_t rows = 1, at = 0, columns;

	for (;;) {
		text += color_length(text);
		if (*text == '\0')
			break;
		text += next_character(text, &columns);
		/* A character that does not fit goes to the next row whole. */
		if (at + columns > width) {
			rows++;
			at = 0;
		}
		at += columns;
	}
	return rows;
}

/* The bytes up to the next blank outside of [ ], where a line may be broken. */
static size_t
word_length(const char *text)
{
	size_t length;
	int depth = 0;

	for (length = 0; text[length] != '\0'; length++) {
		if (strchr(" \n", text[length]) != NULL && depth == 0)
			break;
		depth += (text[length] == '[') - (text[length] == ']');
	}
	return length;
}

static void
append(char line[LINE_SIZE], const char *text)
{
	strncat(line, text, LINE_SIZE - 1 - strlen(line));
}

void
wrap_lines(const char *text, const char *first, const char *rest, size_t width,
	void (*put)(const char *line))
{
	char line[LINE_SIZE], word[LINE_SIZE];
	size_t indent;

	snprintf(line, sizeof(line), "%s", first);
	indent = strlen(line);
	for (text += strspn(text, " \n"); *text != '\0'; text += strspn(text, " \n")) {
		size_t length = word_length(text);

		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		text += length;
		if (strlen(line) > indent &&
			wrap_columns(line) + 1 + wrap_columns(word) > width) {
			put(line);
			snprintf(line, sizeof(line), "%s", rest);
			indent = strlen(line);
		}
		append(line, strlen(line) > indent ? " " : "");
		append(line, word);
	}
	put(line);
}

/* The bytes at the start of text that take at most width columns. */
static size_t
head_length(const char *text, size_t width)
{
	size_t length = 0, columns;

	while (text[length] != '\0') {
		size_t bytes = next_character(text + length, &columns);

		if (columns > width)
			break;
		width -= columns;
		length += bytes;
	}
	return length;
}

/* Is at in the middle of a number? */
static bool
cuts_number(const char *text, size_t at)
{
	return at > 0 && isdigit((unsigned char)text[at - 1]) &&
		isdigit((unsigned char)text[at]);
}

static void
shorten(char *text, size_t width, size_t head_columns, bool whole_numbers)
{
	size_t all = wrap_columns(text), head, tail, columns, first;

	if (all <= width)
		return;
	head = head_length(text, head_columns);
	if (whole_numbers) {
		first = strspn(text, "0123456789");
		if (first > head && first < width)
			head = first;
		while (cuts_number(text, head))
			head--;
	}
	/* The tail is as many of the last characters as there is room for. */
	tail = head;
	head_columns = head > head_columns ? head : head_columns;
	while (wrap_columns(text + tail) > width - 1 - head_columns ||
		(whole_numbers && cuts_number(text, tail)))
		tail += next_character(text + tail, &columns);
	memmove(text + head + strlen(ELLIPSIS), text + tail, strlen(text + tail) + 1);
	memcpy(text + head, ELLIPSIS,
		sizeof(ELLIPSIS) - 1); /* NOLINT: the text goes on */
}

void
wrap_shorten(char *text, size_t width, size_t head_columns)
{
	shorten(text, width, head_columns, false);
}

void
wrap_shorten_list(char *text, size_t width, size_t head_columns)
{
	shorten(text, width, head_columns, true);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* How a prompt and the line behind it lie on rows of a terminal. */

#include <string.h>

#include "base/text.h"
#include "shell/keys.h"
#include "shell/line.h"
#include "shell/picture.h"

static void
add_glyph(struct picture *picture, const char *bytes, size_t length, unsigned int width)
{
	struct glyph *last = picture->n != 0 ? &picture->glyphs[picture->n - 1] : NULL;
	size_t used = last != NULL ? last->at + last->length : 0;

	memcpy(picture->bytes + used, bytes, length);
	if (width == 0 && last != NULL) {
		last->length += length;
		return;
	}
	picture->glyphs[picture->n++] = (struct glyph){
		.at = used,
		.length = length,
		.width = width,
	};
}

static void
add_hex(struct picture *picture, const uint8_t *bytes, size_t n)
{
	char hex[3];
	size_t i, digit;

	for (i = 0; i < n; i++) {
		text_hex(hex, bytes + i, 1);
		add_glyph(picture, "\\", 1, 1);
		add_glyph(picture, "x", 1, 1);
		for (digit = 0; digit < 2; digit++)
			add_glyph(picture, hex + digit, 1, 1);
	}
}

/* Add text, and note the glyph at byte cursor (SIZE_MAX: not in this text). */
static void
add_text(struct picture *picture, const char *text, size_t length, size_t cursor)
{
	size_t pos, n;
	uint32_t cp;

	for (pos = 0; pos < length; pos += n) {
		const uint8_t *s = (const uint8_t *)text + pos;
		bool printable;

		n = text_utf8_decode(s, length - pos, &cp);
		printable = n != 0 && text_is_printable(cp);
		if (n == 0)
			n = 1;
		if (cursor >= pos && cursor < pos + n)
			picture->at_cursor = picture->n;
		if (printable) {
			add_glyph(picture, text + pos, n, text_width(cp));
		} else if (*s == '\t') {
			add_glyph(picture, "^", 1, 1);
			add_glyph(picture, "I", 1, 1);
		} else if (*s == LINE_NUL) {
			add_hex(picture, (const uint8_t *)"", 1);
		} else {
			add_hex(picture, s, n);
		}
	}
}

void
picture_flow(struct picture *picture, unsigned int columns)
{
	struct place next = { 0, 0 };
	unsigned int i;

	/* A wide character needs 2 columns. */
	picture->columns = columns < 2 ? 2 : columns;
	for (i = 0; i < picture->n; i++) {
		struct glyph *glyph = &picture->glyphs[i];

		if (next.col + glyph->width > picture->columns) {
			next.row++;
			next.col = 0;
		}
		glyph->place = next;
		next.col += glyph->width;
	}
	picture->filled = next.col == picture->columns;
	if (picture->filled) {
		next.row++;
		next.col = 0;
	}
	picture->end = next;
	picture->cursor = picture->at_cursor < picture->n
		? picture->glyphs[picture->at_cursor].place
		: next;
}

void
picture_make(struct picture *picture, const char *prompt, const char *line, size_t length,
	size_t cursor, unsigned int columns)
{
	picture->n = 0;
	add_text(picture, prompt, strnlen(prompt, PROMPT_MAX), SIZE_MAX);
	picture->n_prompt = picture->n;
	picture->at_cursor = UINT32_MAX;
	add_text(picture, line, length, cursor);
	/* At the end, or on a mark that is shown with the character before it. */
	if (picture->at_cursor > picture->n)
		picture->at_cursor = picture->n;
	picture_flow(picture, columns);
}

unsigned int
picture_common(const struct picture *a, const struct picture *b)
{
	unsigned int i;

	for (i = 0; i < a->n && i < b->n; i++) {
		const struct glyph *x = &a->glyphs[i], *y = &b->glyphs[i];

		if (x->length != y->length || x->width != y->width ||
			memcmp(a->bytes + x->at, b->bytes + y->at, x->length) != 0)
			break;
	}
	return i;
}

unsigned int
picture_first_on(const struct picture *picture, unsigned int row)
{
	unsigned int i = 0;

	while (i < picture->n && picture->glyphs[i].place.row < row)
		i++;
	return i;
}

struct place
picture_before(const struct picture *picture, unsigned int glyph)
{
	struct place place = { 0, 0 };

	if (glyph == 0)
		return place;
	place = picture->glyphs[glyph - 1].place;
	place.col += picture->glyphs[glyph - 1].width;
	if (place.col == picture->columns) {
		place.row++;
		place.col = 0;
	}
	return place;
}

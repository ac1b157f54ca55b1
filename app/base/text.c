/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Text for people: UTF-8, what is safe to show, hex digits, durations, numbers. */

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <rte_common.h>

#include "base/text.h"

struct range {
	uint32_t first;
	uint32_t last;
};

/*
 * Characters that are not shown, in ascending order. C0 and C1 controls are missing:
 * text_is_printable() tests them itself. Surrogates are here since a caller may pass
 * any number.
 */
static const struct range unprintable[] = {
	{ 0xad, 0xad },         /* soft hyphen */
	{ 0x61c, 0x61c },       /* Arabic letter mark: bidirectional */
	{ 0x180e, 0x180e },     /* Mongolian vowel separator */
	{ 0x200b, 0x200f },     /* zero-width space and joiners, bidirectional marks */
	{ 0x2028, 0x202e },     /* line, paragraph; bidirectional embeddings */
	{ 0x2060, 0x206f },     /* word joiner to bidirectional isolates */
	{ 0xd800, 0xf8ff },     /* surrogates, private use */
	{ 0xfdd0, 0xfdef },     /* noncharacters */
	{ 0xfeff, 0xfeff },     /* byte order mark */
	{ 0xfff0, 0xfffb },     /* unassigned, interlinear annotation */
	{ 0x13430, 0x1343f },   /* Egyptian hieroglyph format controls */
	{ 0x1bca0, 0x1bca3 },   /* shorthand format controls */
	{ 0x1d173, 0x1d17a },   /* musical format controls */
	{ 0xe0000, 0xe00ff },   /* tags */
	{ 0xe01f0, 0xe0fff },   /* unassigned, ignorable by default */
	{ 0xf0000, UINT32_MAX } /* private use, and beyond U+10FFFF */
};

static bool
in_ranges(uint32_t cp, const struct range ranges[], size_t n)
{
	size_t low = 0, high = n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (cp > ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && cp >= ranges[low].first;
}

unsigned int
text_utf8_decode(const uint8_t *s, size_t len, uint32_t *cp)
{
	/* By length in bytes: a code point below this is an overlong form. */
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int length, i;
	uint32_t c;

	if (len == 0)
		return 0;
	if (s[0] < 0x80) {
		*cp = s[0];
		return 1;
	}
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		length = 2;
		c = s[0] & 0x1f;
	} else if (s[0] >= 0xe0 && s[0] <= 0xef) {
		length = 3;
		c = s[0] & 0x0f;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		length = 4;
		c = s[0] & 0x07;
	} else {
		return 0;
	}
	if (len < length)
		return 0;
	for (i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < lowest[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return length;
}

bool
text_is_utf8(const uint8_t *s, size_t len)
{
	unsigned int length;
	uint32_t cp;

	while (len > 0) {
		length = text_utf8_decode(s, len, &cp);
		if (length == 0)
			return false;
		s += length;
		len -= length;
	}
	return true;
}

bool
text_is_printable(uint32_t cp)
{
	if (cp < 0x7f)
		return cp >= 0x20;
	if (cp <= 0x9f)
		return false;
	if ((cp & 0xfffe) == 0xfffe)
		return false; /* the last two of each plane: noncharacters */
	return !in_ranges(cp, unprintable, RTE_DIM(unprintable));
}

unsigned int
text_width(uint32_t cp)
{
	int width = wcwidth(cp);

	return width < 0 ? 1 : width; /* -1: unassigned, or the locale is not UTF-8 */
}

char *
text_hex(char *dst, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (; len > 0; len--, bytes++) {
		*dst++ = digits[*bytes >> 4];
		*dst++ = digits[*bytes & 0xf];
	}
	*dst = '\0';
	return dst;
}

/* Write len bytes as \xNN. Returns the end. */
static char *
put_hex(char *end, const uint8_t *s, size_t len)
{
	for (; len > 0; s++, len--) {
		*end++ = '\\';
		*end++ = 'x';
		end = text_hex(end, s, 1);
	}
	return end;
}

size_t
text_escape(char *dst, const uint8_t *s, size_t len)
{
	char *end = dst;
	unsigned int length;
	uint32_t cp;

	while (len > 0) {
		if (s[0] >= 0x20 && s[0] < 0x7f) {
			*end++ = *s++;
			len--;
			continue;
		}
		length = text_utf8_decode(s, len, &cp);
		if (length != 0 && text_is_printable(cp)) {
			memcpy(end, s, length);
			end += length;
		} else if (s[0] == '\t' || s[0] == '\n') {
			*end++ = '\\';
			*end++ = s[0] == '\t' ? 't' : 'n';
		} else {
			if (length == 0)
				length = 1;
			end = put_hex(end, s, length);
		}
		s += length;
		len -= length;
	}
	*end = '\0';
	return end - dst;
}

size_t
text_name(char *dst, const uint8_t *s, size_t len)
{
	char *end = dst;
	unsigned int length;
	uint32_t cp;

	for (; len > 0; s += length, len -= length) {
		length = text_utf8_decode(s, len, &cp);
		if (length != 0 && text_is_printable(cp) && cp != ' ' && cp != '?' &&
			(cp != '\\' || len == 1 || s[1] != 'x')) {
			memcpy(end, s, length);
			end += length;
		} else {
			if (length == 0)
				length = 1;
			end = put_hex(end, s, length);
		}
	}
	*end = '\0';
	return end - dst;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'    ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10
				       : -1;
}

size_t
text_name_bytes(uint8_t *dst, const char *typed, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (len - i >= 4 && typed[i] == '\\' && typed[i + 1] == 'x' &&
			hex_digit(typed[i + 2]) >= 0 && hex_digit(typed[i + 3]) >= 0) {
			dst[n++] = hex_digit(typed[i + 2]) << 4 | hex_digit(typed[i + 3]);
			i += 3;
		} else {
			dst[n++] = typed[i];
		}
	}
	return n;
}

size_t
text_replace_invalid(char *dst, const uint8_t *s, size_t len)
{
	char *end = dst;
	unsigned int length;
	uint32_t cp;

	while (len > 0) {
		length = text_utf8_decode(s, len, &cp);
		if (length != 0) {
			memcpy(end, s, length);
			end += length;
		} else {
			memcpy(end, "\xef\xbf\xbd", 3); /* U+FFFD */
			end += 3;
			length = 1;
		}
		s += length;
		len -= length;
	}
	*end = '\0';
	return end - dst;
}

char *
text_duration(char *buf, uint64_t ns)
{
	static const struct {
		const char *name;
		uint64_t tenth; /* a tenth of the unit, in ns */
	} units[] = { { "us", 100 }, { "ms", 100000 }, { "s", 100000000 } };
	uint64_t tenths = 0;
	size_t i;

	if (ns < 1000) {
		snprintf(buf, TEXT_DURATION_SIZE, "%" PRIu64 " ns", ns);
		return buf;
	}
	for (i = 0;; i++) {
		/* Rounded so, since adding half of the divisor to ns could overflow. */
		tenths =
			ns / units[i].tenth + (ns % units[i].tenth >= units[i].tenth / 2);
		if (tenths < 10000 || i == RTE_DIM(units) - 1)
			break;
	}
	snprintf(buf, TEXT_DURATION_SIZE, "%" PRIu64 ".%" PRIu64 " %s", tenths / 10,
		tenths % 10, units[i].name);
	return buf;
}

int
text_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || *value < min || *value > max)
		return -EINVAL;
	return 0;
}

const char *
text_shell_word(const char *word, char *text, size_t size)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./-+:@%,=";
	size_t n = 0;

	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		snprintf(text, size, "%s", word);
		return text;
	}
	text[n++] = '\'';
	for (; *word != '\0' && n + 6 < size; word++)
		if (*word == '\'')
			n += snprintf(text + n, size - n, "'\\''");
		else
			text[n++] = *word;
	text[n++] = '\'';
	text[n] = '\0';
	return text;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Text for people: UTF-8, what is safe to show, its width, hex digits, durations.
 * Any thread may call these functions.
 */

#ifndef MPSH_BASE_TEXT_H
#define MPSH_BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes that text_escape() needs for len bytes, the terminating NUL included. */
#define TEXT_ESCAPED_SIZE(len) (4 * (len) + 1)

/* Bytes that text_duration() needs. */
#define TEXT_DURATION_SIZE 32

/*
 * Decode the first UTF-8 character of the len bytes at s (RFC 3629: no overlong form,
 * no surrogate, at most U+10FFFF). Returns its length in bytes, 1 to 4, and its code
 * point in *cp; 0 when the bytes are not UTF-8 or len is 0.
 */
unsigned int text_utf8_decode(const uint8_t *s, size_t len, uint32_t *cp);

/* Are all len bytes well-formed UTF-8? NUL bytes count as UTF-8. */
bool text_is_utf8(const uint8_t *s, size_t len);

/*
 * May this character be shown? False for C0 and C1 controls, DEL, bidirectional
 * controls, line and paragraph separators, other invisible format controls,
 * noncharacters and private use.
 */
bool text_is_printable(uint32_t cp);

/*
 * Columns that a printable character takes on a terminal: 0, 1 or 2, by wcwidth(),
 * which needs a UTF-8 locale (LC_CTYPE). 1 where wcwidth() does not know the character.
 */
unsigned int text_width(uint32_t cp);

/*
 * Write len bytes at s into dst in a form that is safe to show: printable UTF-8 as it
 * is (a backslash stays a single one), tab and newline as \t and \n, every other byte
 * as \xNN (two lower-case hex digits). dst has room for TEXT_ESCAPED_SIZE(len) bytes
 * and is NUL-terminated. Returns the length of dst.
 */
size_t text_escape(char *dst, const uint8_t *s, size_t len);

/*
 * Write a name, len bytes at s, into dst as a command takes it: as text_escape(), but
 * that blanks, '?' and a backslash before x are \xNN, too, and tab and newline. So
 * different names differ, and a name is one word. dst has room for TEXT_ESCAPED_SIZE(len)
 * bytes and is NUL-terminated. Returns the length of dst.
 */
size_t text_name(char *dst, const uint8_t *s, size_t len);

/*
 * Write the bytes of a name that was typed into dst, which has room for len: \xNN is that
 * byte, all else is itself. Returns their number.
 */
size_t text_name_bytes(uint8_t *dst, const char *typed, size_t len);

/*
 * Write len bytes at s into dst as UTF-8: each byte that belongs to no valid character
 * (RFC 3629) becomes one U+FFFD. dst has room for 3 * len + 1 bytes and is
 * NUL-terminated (NUL bytes of s are kept). Returns the length of dst without the last
 * NUL.
 */
size_t text_replace_invalid(char *dst, const uint8_t *s, size_t len);

/*
 * Write len bytes into dst as two lower-case hex digits each and a NUL; dst has room
 * for 2 * len + 1 bytes. Returns a pointer to the NUL.
 */
char *text_hex(char *dst, const uint8_t *bytes, size_t len);

/*
 * A duration as people read it: "61 ns" below 1000 ns, then one decimal in us, ms
 * or s ("61.3 us", "6.2 s"). Rounding carries into the next unit: 999960 ns is
 * "1.0 ms". buf has room for TEXT_DURATION_SIZE bytes; returns buf.
 */
char *text_duration(char *buf, uint64_t ns);

/*
 * Read a number from min to max, of digits alone, without sign or blanks. Returns 0 or
 * -EINVAL.
 */
int text_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);

/*
 * Write word into text as a shell needs it, quoted if necessary, cut to size bytes.
 * Returns text.
 */
const char *text_shell_word(const char *word, char *text, size_t size);

#endif

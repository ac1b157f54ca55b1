/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Bytes as people see them: what is safe to show, how wide it is, durations.
 * Any thread may call any of it.
 */

#ifndef MPSH_BASE_TEXT_H
#define MPSH_BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* Room that text_escape() needs for len bytes, the terminating NUL included. */
#define TEXT_ESCAPED_SIZE(len) (4 * (len) + 1)

/* Room that text_duration() needs. */
#define TEXT_DURATION_SIZE 32

/*
 * Decode the UTF-8 character at s, of which len bytes are there (RFC 3629: no
 * overlong form, no surrogate, at most U+10FFFF). Returns its length in bytes, 1
 * to 4, and its code point in *cp; 0 when the bytes are not UTF-8 or len is 0.
 */
unsigned int text_utf8_decode(const uint8_t *s, size_t len, uint32_t *cp);

/* Are all len bytes well-formed UTF-8? NUL bytes count as UTF-8. */
bool text_is_utf8(const uint8_t *s, size_t len);

/*
 * May this character be shown? Not the C0 and C1 controls, DEL, bidirectional
 * controls, line and paragraph separators, other invisible format controls,
 * noncharacters and private use.
 */
bool text_is_printable(uint32_t cp);

/*
 * Columns that a printable character takes on a terminal: 0, 1 or 2, as wcwidth() of the
 * C library has it, which must have been given a locale of UTF-8 (LC_CTYPE).
 */
unsigned int text_width(uint32_t cp);

/*
 * Write len bytes at s into dst in the form that is safe to show: printable UTF-8
 * as it is (a backslash stays one), tab and newline as \t and \n, every other
 * byte as \xNN (two lower-case hex digits). dst has room for
 * TEXT_ESCAPED_SIZE(len) bytes and is NUL-terminated. Returns its length.
 */
size_t text_escape(char *dst, const uint8_t *s, size_t len);

/*
 * Write len bytes at s into dst as UTF-8: each maximal run of bytes that is not
 * (RFC 3629) becomes one U+FFFD per byte. dst has room for 3 * len + 1 bytes and is
 * NUL-terminated (NUL bytes of s are kept). Returns its length without the last NUL.
 */
size_t text_replace_invalid(char *dst, const uint8_t *s, size_t len);

/*
 * Write len bytes into dst as two lower-case hex digits each, with a NUL behind (2 * len
 * + 1 bytes). Returns where the NUL stands.
 */
char *text_hex(char *dst, const uint8_t *bytes, size_t len);

/*
 * A duration as people read it: "61 ns" below 1000 ns, then one decimal in us, ms
 * or s ("61.3 us", "6.2 s"). Rounding carries into the next unit: 999960 ns is
 * "1.0 ms". buf has room for TEXT_DURATION_SIZE bytes; returns buf.
 */
char *text_duration(char *buf, uint64_t ns);

#endif

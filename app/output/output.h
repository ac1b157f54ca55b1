/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What mpsh prints: results, errors and notices, as text or as JSON. A result is built
 * once as JSON; its text is a view of it, so the two cannot drift apart. Every line is
 * one write. Main thread.
 */

#ifndef MPSH_OUTPUT_OUTPUT_H
#define MPSH_OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/text.h"

struct writer;

/* Where lines go. before is called ahead of each line on a terminal: the prompt makes
 * room. */
struct output_config {
	struct writer *out, *err; /* kept by reference; may be the same */
	bool is_terminal;         /* out leads to a terminal */
	bool color;
	bool json;
	unsigned int (*columns)(void); /* of the terminal, 0 unlimited; may be NULL */
	void (*before)(void);          /* may be NULL */
};

void output_init(const struct output_config *config);
void output_set_color(bool color);
void output_set_json(bool json);
bool output_is_json(void);

/* Stands in front of errors: "FILE:LINE: "; NULL or "" for nothing. Copied. */
void output_set_place(const char *place);

/*
 * Print {name: value}; the value is stolen. As text view(value) prints it with
 * output_line(). view NULL: nothing as text (it was printed as it came).
 */
void output_result(const char *name, json_t *value, void (*view)(const json_t *value));

/* A line of text; nothing when JSON is on. */
void output_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * A line "error: …" to standard error, red on a terminal; as JSON {"error": …}. The
 * caller escapes what others wrote. Only the first line of several gets the prefix.
 */
void output_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A notice: as JSON the document (stolen), as text the line. */
void output_notice(json_t *document, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * What is shown of something, by value: output_escape(…).text stands until the end of the
 * statement that it is written in.
 */
#define OUTPUT_ESCAPE_MAX 4096 /* bytes; of more the beginning and "..." */

struct output_text {
	char text[TEXT_ESCAPED_SIZE(OUTPUT_ESCAPE_MAX) + 3];
};

struct output_time {
	char text[TEXT_DURATION_SIZE];
};

/* Bytes of others in the form that is safe to show, as text_escape(). */
struct output_text output_escape(const void *bytes, size_t length);

/* A duration of ns, as text_duration(). */
struct output_time output_duration(uint64_t ns);

/* How many columns the terminal has; 0: unlimited, since it is none. */
unsigned int output_width(void);

/*
 * Print a text in lines that fit the terminal, 80 columns at most, broken at words: first
 * goes before the first, rest before the others (wrap_lines()).
 */
void output_wrapped(const char *text, const char *first, const char *rest);

/*
 * A line of a result, first and then a text, that may be longer than a narrow terminal:
 * there it is broken at the text's words, and rest goes before what follows; elsewhere it
 * is one line.
 */
void output_sentence(const char *first, const char *rest, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Prints results, errors and notices, as text or as JSON. A command builds its result
 * once, as JSON, and the text is made from the JSON, so the two cannot differ. Each
 * line is one writer_put(). Main thread.
 */

#ifndef MPSH_OUTPUT_OUTPUT_H
#define MPSH_OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/text.h"

struct writer;

/* Where lines go and how they look. */
struct output_config {
	struct writer *out, *err; /* not owned; may be the same */
	bool is_terminal;         /* out leads to a terminal */
	bool color;               /* errors are red */
	bool dims;                /* what is of less interest is dim */
	bool json;
	bool quiet;                    /* no notices */
	unsigned int (*columns)(void); /* of the terminal; 0: no limit; may be NULL */
	void (*before)(void); /* called before each line, hides the prompt; or NULL */
};

void output_init(const struct output_config *config);
void output_set_color(bool errors, bool results);
void output_set_json(bool json);
bool output_is_json(void);

/* Set what stands before each error, such as "FILE:LINE: "; NULL: nothing. Copied. */
void output_set_place(const char *place);

/*
 * Print a result and free value. As JSON, prints {name: value}. As text, calls
 * view(value), which prints with output_line(); view is NULL if the text was printed
 * already.
 */
void output_result(const char *name, json_t *value, void (*view)(const json_t *value));

/* Print a line of text; nothing when JSON is on. */
void output_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print a line of a result that is of less interest: dim, where there are colours. */
void output_dim_line(const char *line);

/*
 * Print "error: …" to standard error, red if color is on; as JSON {"error": …}. The
 * caller escapes bytes that come from outside (output_escape()). Of several lines only
 * the first has the prefix.
 */
void output_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* How many errors were printed so far. */
unsigned int output_errors(void);

/*
 * A command fails by its result, which says so itself: nothing is printed but by
 * output_outcome(), where there is no error. The first of a command counts.
 */
void output_reason(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A command begins: output_outcome() is to name the first error from now on. */
void output_forget_error(void);

/* Has an error been printed since? */
bool output_has_error(void);

/* Print a command that is about to run on standard error: "> command". */
void output_echo(const char *command, size_t length);

/*
 * As JSON, with quiet, print the end of what a command has printed: whether it went well,
 * else its exit code and its error or its reason; without either it was interrupted.
 */
void output_outcome(int code);

/* Print that there is no memory for a command. Returns -ENOMEM. */
int output_no_memory(void);

/*
 * Bytes that wait to be written, for want of a reader, beyond which notices are dropped:
 * others cause them, and may cause any number.
 */
#define OUTPUT_NOTICES_MAX (1 << 20)

/*
 * Between output_gather(true) and output_gather(false) lines are written many at once,
 * unless a terminal shows them.
 */
void output_gather(bool gathers);

/*
 * Print a notice, as JSON the document, as text the line. Frees document. If notices were
 * dropped before, for OUTPUT_NOTICES_MAX, says first how many.
 */
void output_notice(json_t *document, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same, of a line that is there already. */
void output_notice_line(json_t *document, const char *line);

/* output_escape() shows this many bytes at most, then "...". */
#define OUTPUT_ESCAPE_MAX 4096

/*
 * Texts to print, returned by value: output_escape(…).text is valid until the end of
 * the statement that contains the call.
 */
struct output_text {
	char text[TEXT_ESCAPED_SIZE(OUTPUT_ESCAPE_MAX) + 3];
};

struct output_time {
	char text[TEXT_DURATION_SIZE];
};

/* Bytes from outside in a form that is safe to show, by text_escape(). */
struct output_text output_escape(const void *bytes, size_t length);

/*
 * The same, into shown, whose text is returned: for what is printed of each message,
 * since the value that output_escape() returns is 16 KiB to be copied.
 */
const char *output_escape_to(struct output_text *shown, const void *bytes, size_t length);

/*
 * A duration in ns, by text_duration(). output_duration_of() is that of a member of
 * object, "-" where it is null.
 */
struct output_time output_duration(uint64_t ns);
struct output_time output_duration_of(const json_t *object, const char *member);

/* The terminal's columns; 0, which is no limit, if the output is no terminal. */
unsigned int output_width(void);

/*
 * Print text, broken at words into lines that fit the terminal and 80 columns. first
 * stands before the first line, rest before each other line (wrap_lines()).
 */
void output_wrapped(const char *text, const char *first, const char *rest);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Tokens as librte_cmdline knows them: how a word of a line is read, what its help is.
 */

#ifndef MPSH_GRAMMAR_TOKEN_H
#define MPSH_GRAMMAR_TOKEN_H

#include <stdbool.h>

#include <cmdline_parse.h>
#include <cmdline_parse_string.h>

struct item;

/* cmdline_parse() has one result buffer; each token of an instance an equal area. */
#define TOKEN_AREA STR_TOKEN_SIZE
#define MAX_TOKENS (CMDLINE_PARSE_RESULT_BUFSIZE / TOKEN_AREA - 1)
#define VALUE_SIZE 256

struct token {
	union {
		cmdline_parse_token_hdr_t hdr;
		cmdline_parse_token_string_t string;
	};
	const struct item *item;
};

/* One of our own tokens puts this into its area of cmdline's result. */
struct span {
	size_t offset; /* from the start of the line */
	size_t len;
};

size_t token_word_length(const char *p);

/*
 * The line that cmdline may see, with the newline that it wants. As fact 9 of
 * app/README.md says, '#' would end it wherever it stands, and a carriage return too. dst
 * has room for len + 2.
 */
void token_mask(char *dst, const char *line, size_t len);
bool token_is_comment(const char *line, size_t len);
const struct item *token_item(const cmdline_parse_token_hdr_t *hdr);

extern struct cmdline_token_ops *const kind_ops[];

#endif

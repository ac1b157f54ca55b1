/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The kinds of tokens in librte_cmdline's terms: how each is parsed and completed. Main
 * thread.
 */

#ifndef MPSH_GRAMMAR_TOKEN_H
#define MPSH_GRAMMAR_TOKEN_H

#include <stdbool.h>

#include <cmdline_parse.h>
#include <cmdline_parse_string.h>

struct item;

/*
 * cmdline_parse() has one result buffer, of which each token of an instance gets an
 * equal area.
 */
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

/* What a token that is not FIXED puts into its area of the result. */
struct span {
	size_t offset; /* from the start of the line */
	size_t len;
};

/* The bytes of the word at p, as librte_cmdline ends words. */
size_t token_word_length(const char *p);

/*
 * Write a line into dst as cmdline_parse() is given it: '#' (fact 9 of app/README.md)
 * and control bytes, which would end the line or a word, are masked; a newline, which
 * cmdline_parse() requires, and a NUL follow. dst has room for len + 2 bytes.
 */
void token_mask(char *dst, const char *line, size_t len);
bool token_is_comment(const char *line, size_t len);
const struct item *token_item(const cmdline_parse_token_hdr_t *hdr);

/* The operations of a kind's tokens, by enum kind. */
extern struct cmdline_token_ops *const kind_ops[];

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The kinds of tokens in librte_cmdline's terms: how each is parsed and completed. */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cmdline_parse.h>
#include <cmdline_parse_string.h>

#include "grammar/form.h"
#include "grammar/state.h"
#include "grammar/token.h"

/* Completion looks at no more values of a token. */
#define MAX_VALUES 4096

/* Stands for '#' and control bytes, which in librte_cmdline end a word or a line. */
#define MASK '\x01'

size_t
token_word_length(const char *p)
{
	size_t n = 0;

	while (!cmdline_isendoftoken(p[n]))
		n++;
	return n;
}

void
token_mask(char *dst, const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = line[i];

		dst[i] = (c < ' ' && c != '\t') || c == 0x7f || c == '#' ? MASK : line[i];
	}
	dst[len] = '\n';
	dst[len + 1] = '\0';
}

bool
token_is_comment(const char *line, size_t len)
{
	while (len > 0 && form_is_blank(*line)) {
		line++;
		len--;
	}
	return len > 0 && *line == '#';
}

/* The operations of mpsh's own tokens. A token's header is its first member. */

const struct item *
token_item(const cmdline_parse_token_hdr_t *hdr)
{
	return ((const struct token *)hdr)->item;
}

/* Store where a token lies in the line; res is NULL if only its length matters. */
static int
store_span(const char *buf, size_t len, void *res, unsigned int size)
{
	struct span span;

	if (res == NULL)
		return 0;
	if (size < sizeof(span))
		return -1;
	span.offset = buf - grammar.line;
	span.len = len;
	memcpy(res, &span, sizeof(span));
	return 0;
}

static int
word_parse(cmdline_parse_token_hdr_t *hdr, const char *buf, void *res, unsigned int size)
{
	const struct item *item = ((const struct token *)hdr)->item;
	size_t len = token_word_length(buf);

	/* Fixed words are refused, or `ping via mp` could be a ping to "via". */
	if (len == 0 || (!item->any && form_is_fixed_word(buf, len)) ||
		store_span(buf, len, res, size) < 0)
		return -1;
	return len;
}

static int
number_parse(
	cmdline_parse_token_hdr_t *hdr, const char *buf, void *res, unsigned int size)
{
	size_t len = token_word_length(buf);

	(void)hdr;
	if (!form_begins_number(buf) || store_span(buf, len, res, size) < 0)
		return -1;
	return len;
}

/* Does the line begin with a fixed word that no command begins with? */
static bool
begins_no_command(const char *buf)
{
	size_t len = token_word_length(buf), i;

	for (i = 0; i < grammar.n_commands; i++)
		if (strncmp(grammar.commands[i]->name, buf, len) == 0 &&
			strchr(" ", grammar.commands[i]->name[len]) != NULL)
			return false;
	return form_is_fixed_word(buf, len);
}

static int
rest_parse(cmdline_parse_token_hdr_t *hdr, const char *buf, void *res, unsigned int size)
{
	const struct item *item = token_item(hdr);
	size_t len = strcspn(buf, "\n"), text = len;

	if (item->kind == COMMAND && (form_begins_number(buf) || begins_no_command(buf)))
		return -1;
	if (item->kind == PAYLOAD && item->str != NULL &&
		form_has_word(item->str, buf, token_word_length(buf)))
		return -1;
	if (item->kind != PAYLOAD)
		while (text > 0 && form_is_blank(buf[text - 1]))
			text--;
	if (text == 0 || store_span(buf, text, res, size) < 0)
		return -1;
	return len;
}

static int
value_get_elt(cmdline_parse_token_hdr_t *hdr, int i, char *dst, unsigned int size)
{
	const struct item *item = token_item(hdr);

	if (grammar.values == NULL || i < 0)
		return -1;
	return grammar.values(
		       item->values != NULL ? item->values : item->name, i, dst, size)
		? 0
		: -1;
}

static int
value_get_nb(cmdline_parse_token_hdr_t *hdr)
{
	char value[VALUE_SIZE];
	int n = 0;

	while (n < MAX_VALUES && value_get_elt(hdr, n, value, sizeof(value)) == 0)
		n++;
	return n;
}

static int
word_get_help(cmdline_parse_token_hdr_t *hdr, char *dst, unsigned int size)
{
	form_put_phrase(dst, size, token_item(hdr));
	return 0;
}

static int
number_get_help(cmdline_parse_token_hdr_t *hdr, char *dst, unsigned int size)
{
	const struct item *item = token_item(hdr);

	form_put_range(dst, size, item);
	return 0;
}

static int
rest_get_help(cmdline_parse_token_hdr_t *hdr, char *dst, unsigned int size)
{
	(void)hdr;
	snprintf(dst, size, "the rest of the line");
	return 0;
}

static struct cmdline_token_ops word_ops = {
	.parse = word_parse,
	.complete_get_nb = value_get_nb,
	.complete_get_elt = value_get_elt,
	.get_help = word_get_help,
};

static struct cmdline_token_ops number_ops = {
	.parse = number_parse,
	.get_help = number_get_help,
};

static struct cmdline_token_ops rest_ops = {
	.parse = rest_parse,
	.get_help = rest_get_help,
};

static struct cmdline_token_ops name_ops = {
	.parse = rest_parse,
	.complete_get_nb = value_get_nb,
	.complete_get_elt = value_get_elt,
	.get_help = word_get_help,
};

struct cmdline_token_ops *const kind_ops[] = {
	[FIXED] = &cmdline_token_string_ops,
	[WORD] = &word_ops,
	[NUMBER] = &number_ops,
	[TEXT] = &rest_ops,
	[PAYLOAD] = &rest_ops,
	[COMMAND] = &name_ops,
	[NAME] = &name_ops,
};

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Explains what is wrong with a line that fits no command, and what would fit. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmdline_parse.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/text.h"
#include "grammar/command.h"
#include "grammar/form.h"
#include "grammar/instance.h"
#include "grammar/mistake.h"
#include "grammar/state.h"
#include "grammar/token.h"

/* An error lists at most this many expected words. */
#define MAX_EXPECTED 64

/* The number of tokens that the line matches; *offset gets where the rest begins. */
static unsigned int
count_matching(const struct instance *instance, const char *line, size_t *offset)
{
	const char *p = form_skip_blanks(line);
	unsigned int i;
	int n;

	for (i = 0; i < instance->n && *p != '\n'; i++) {
		n = instance_parse_token(instance, i, p);
		if (n < 0)
			break;
		p = form_skip_blanks(p + n);
	}
	*offset = p - line;
	return i;
}

/* The words that may stand where the error is. */
struct expected {
	char phrases[MAX_EXPECTED][PHRASE_SIZE];
	unsigned int n;
	const struct item *number; /* an expected number, or NULL */
};

static void
expect(struct expected *expected, const char *phrase)
{
	unsigned int i;

	for (i = 0; i < expected->n; i++)
		if (strcmp(expected->phrases[i], phrase) == 0)
			return;
	if (i < MAX_EXPECTED) {
		snprintf(expected->phrases[i], PHRASE_SIZE, "%s", phrase);
		expected->n++;
	}
}

static void
expect_token(struct expected *expected, const struct instance *instance, unsigned int i)
{
	cmdline_parse_token_hdr_t *hdr = instance_header(instance, i);
	const struct item *item = token_item(hdr);
	char phrase[PHRASE_SIZE];
	int k, n;

	if (item->kind != FIXED) {
		form_put_phrase(phrase, sizeof(phrase), item);
		expect(expected, phrase);
		if (item->kind == NUMBER)
			expected->number = item;
		return;
	}
	n = hdr->ops->complete_get_nb(hdr);
	for (k = 0; k < n; k++)
		if (hdr->ops->complete_get_elt(hdr, k, phrase, sizeof(phrase)) == 0)
			expect(expected, phrase);
}

/* "a, b or c" */
static void
join(char *dst, size_t size, const struct expected *expected)
{
	unsigned int i;
	size_t used = 0;

	snprintf(dst, size, "nothing more");
	for (i = 0; i < expected->n && used < size; i++)
		used += snprintf(dst + used, size - used, "%s%s",
			i == 0                        ? ""
				: i + 1 < expected->n ? ", "
						      : " or ",
			expected->phrases[i]);
}

void
mistake_put_word(char *error, size_t size, const char *before, const char *word,
	size_t len, const char *after)
{
	char shown[TEXT_ESCAPED_SIZE(GRAMMAR_LINE_MAX)];
	const char *dots = "";
	size_t rest = strlen(before) + strlen(after), n;

	if (len > size) {
		dots = "...";
		len = size; /* each byte is shown as one byte or more */
	}
	n = text_escape(shown, (const uint8_t *)word, len);
	while (rest + n + strlen(dots) >= size && len > 0) {
		dots = "...";
		/* A cut character becomes \xNN and takes no less room: cut on. */
		len--;
		n = text_escape(shown, (const uint8_t *)word, len);
	}
	snprintf(error, size, "%s%s%s%s", before, shown, dots, after);
}

/* The command whose last word of several this is: "show rings" for rings; else NULL. */
static const char *
with_last_word(const char *word, size_t len)
{
	const char *name, *last;
	size_t i;

	for (i = 0; i < grammar.n_commands; i++) {
		name = grammar.commands[i]->name;
		last = strrchr(name, ' ');
		if (last != NULL && strlen(last + 1) == len &&
			memcmp(last + 1, word, len) == 0)
			return name;
	}
	return NULL;
}

static void
put_unknown(char *error, size_t size, const char *word, size_t len)
{
	char slip[64], after[128] = ": help lists them";
	const char *nearest = with_last_word(word, len);
	const char **names;
	char *first;
	size_t i, n = 0;

	names = memory_zeroed(grammar.n_commands * sizeof(*names));
	for (i = 0; names != NULL && i < grammar.n_commands; i++) {
		first = strndup(grammar.commands[i]->name,
			strcspn(grammar.commands[i]->name, " "));
		if (first != NULL)
			names[n++] = first;
	}
	if (nearest == NULL && names != NULL && len < sizeof(slip)) {
		memcpy(slip, word, len);
		slip[len] = '\0';
		nearest = text_nearest(slip, names, n);
	}
	if (nearest != NULL)
		snprintf(after, sizeof(after), ": did you mean %s?", nearest);
	mistake_put_word(error, size, "unknown command ", word, len, after);
	for (i = 0; i < n; i++)
		free((char *)(uintptr_t)names[i]);
	free(names);
}

/* Write how the error begins: "set needs ", "send needs ", "wait gone needs ". */
static void
put_needs(char *dst, size_t size, const struct instance *instance, unsigned int given)
{
	unsigned int i;
	size_t used = 0;

	for (i = 0; i < given && used < size; i++)
		if (i < instance->name_words ||
			(i + 1 == given && instance->tokens[i].item->kind == FIXED &&
				strchr(instance->tokens[i].item->name, '|') == NULL))
			used += snprintf(dst + used, size - used, "%s ",
				instance->tokens[i].item->name);
	if (used < size)
		snprintf(dst + used, size - used, "needs ");
}

void
mistake_explain(const char *masked, const char *line, char *error, size_t size)
{
	struct expected expected = { .n = 0 };
	const struct instance *deepest = NULL;
	size_t i, offset, furthest = 0;
	unsigned int given, most = 0;
	char before[256], list[2048], after[2128];

	for (i = 0; i < grammar.n_instances; i++) {
		given = count_matching(instance_at(i), masked, &offset);
		if (deepest == NULL || offset > furthest) {
			deepest = instance_at(i);
			furthest = offset;
			most = given;
		}
	}
	if (most == 0) {
		put_unknown(error, size, line + furthest,
			token_word_length(masked + furthest));
		return;
	}
	for (i = 0; i < grammar.n_instances; i++) {
		given = count_matching(instance_at(i), masked, &offset);
		if (offset == furthest && given < instance_at(i)->n)
			expect_token(&expected, instance_at(i), given);
	}
	join(list, sizeof(list), &expected);
	if (masked[furthest] == '\n') {
		put_needs(before, sizeof(before), deepest, most);
		snprintf(error, size, "%s%s", before, list);
	} else if (expected.n == 1 && expected.number != NULL) {
		form_put_range_error(error, size, expected.number);
	} else {
		snprintf(after, sizeof(after), ": expected %s%s", list,
			expected.n == 0 && line[furthest] == '-'
				? "; options of mpsh stand before its command"
				: "");
		mistake_put_word(error, size, "unexpected ", line + furthest,
			token_word_length(masked + furthest), after);
	}
}

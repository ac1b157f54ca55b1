/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds what may follow a typed line, for completion and the help of '?'. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmdline_parse.h>

#include "base/text.h"
#include "grammar/command.h"
#include "grammar/commands.h"
#include "grammar/complete.h"
#include "grammar/form.h"
#include "grammar/grammar.h"
#include "grammar/instance.h"
#include "grammar/state.h"
#include "grammar/token.h"

/*
 * Has the rest of the line begun at p? One that some words do not begin has not before
 * its first word is whole, since it may become one of them.
 */
static bool
begins_rest(const struct item *item, const char *p)
{
	size_t len = token_word_length(p);

	return item->str == NULL ||
		(form_is_blank(p[len]) && !form_has_word(item->str, p, len));
}

bool
grammar_in_text(const char *left, size_t len)
{
	char masked[GRAMMAR_LINE_MAX + 2];
	const struct instance *instance;
	enum kind kind;
	const char *p;
	unsigned int k;
	size_t i;
	int n;

	if (len > GRAMMAR_LINE_MAX)
		return false;
	if (token_is_comment(left, len))
		return true; /* no word of a comment has a meaning */
	if (grammar_make() < 0)
		return false;
	token_mask(masked, left, len);
	for (i = 0; i < grammar.n_instances; i++) {
		instance = instance_at(i);
		p = form_skip_blanks(masked);
		for (k = 0; k < instance->n; k++) {
			kind = instance->tokens[k].item->kind;
			if (kind == TEXT || kind == PAYLOAD) {
				if (begins_rest(instance->tokens[k].item, p))
					return true;
				break;
			}
			n = *p == '\n' ? -1 : instance_parse_token(instance, k, p);
			if (n < 0 || !form_is_blank(p[n]))
				break;
			p = form_skip_blanks(p + n);
		}
	}
	return false;
}

struct candidates {
	struct candidate *c;
	unsigned int n, max;
	const char *masked, *typed; /* the line left of the cursor, with a newline */
	size_t start;               /* of the partial word in the line */
};

static void
add_candidate(struct candidates *list, const char *word, const char *help, bool literal,
	bool goes_on)
{
	struct candidate *c = list->c;
	unsigned int i;
	int order = 1;

	for (i = 0; i < list->n; i++) {
		order = strcmp(c[i].word, word);
		if (order >= 0)
			break;
	}
	if (i == list->max || (i < list->n && order == 0))
		return;
	if (list->n == list->max)
		list->n--;
	memmove(&c[i + 1], &c[i], (list->n - i) * sizeof(*c));
	snprintf(c[i].word, sizeof(c[i].word), "%s", word);
	snprintf(c[i].help, sizeof(c[i].help), "%s", help);
	c[i].literal = literal;
	c[i].goes_on = goes_on;
	list->n++;
}

/*
 * The help of a command's first word: the brief of the one command that begins with it,
 * or the second words of several ("timeout, json, monitor").
 */
static void
put_group_help(char *dst, size_t size, const struct command *command)
{
	const size_t first = strcspn(command->name, " ");
	const char *brief = command->brief;
	unsigned int members = 0;
	size_t i, used = 0, len;
	const char *name;

	dst[0] = '\0';
	for (i = 0; i < grammar.n_commands; i++) {
		name = grammar.commands[i]->name;
		if (strncmp(name, command->name, first) != 0)
			continue;
		if (name[first] == '\0')
			brief = grammar.commands[i]->brief;
		if (name[first] != ' ')
			continue;
		members++;
		len = strlen(name + first + 1);
		if (used + len + strlen(", , …") >= size) {
			used = size; /* full: the list ends with dots */
			continue;
		}
		used += snprintf(dst + used, size - used, "%s%s", members > 1 ? ", " : "",
			name + first + 1);
	}
	if (members < 2)
		snprintf(dst, size, "%s", brief);
	else if (used == size)
		snprintf(dst + strlen(dst), size - strlen(dst), ", …");
}

static void
put_help(char *dst, size_t size, const struct instance *instance, unsigned int i,
	const char *word)
{
	const struct item *item = instance->tokens[i].item;

	if (i == 0)
		put_group_help(dst, size, instance->command);
	else if (i >= instance->name_words && item->kind == FIXED && item->next != NULL)
		snprintf(dst, size, item->next->kind == FIXED ? "%s" : "<%s>",
			item->next->name);
	else if (i < instance->name_words || item->kind == FIXED)
		snprintf(dst, size, "%s", instance->command->brief);
	else if (item->kind == COMMAND && grammar_find(word) != NULL)
		snprintf(dst, size, "%s", grammar_find(word)->brief);
	else
		form_put_name(dst, size, item->name);
}

/* Can a value, perhaps from another process, be typed as token i, and be shown? */
static bool
value_fits(const struct instance *instance, unsigned int i, const char *value)
{
	char masked[VALUE_SIZE + 2], shown[TEXT_ESCAPED_SIZE(VALUE_SIZE)];
	size_t len = strlen(value);

	text_escape(shown, (const uint8_t *)value, len);
	if (len == 0 || strcmp(shown, value) != 0)
		return false;
	token_mask(masked, value, len);
	return instance_parse_token(instance, i, masked) == (int)len;
}

/* Is it completed a part of a path at a time? */
static bool
item_is_file(const struct item *item)
{
	return item->kind == NAME && strcmp(item->name, "file") == 0;
}

const char *
grammar_typed(void)
{
	return grammar.typed != NULL ? grammar.typed : "";
}

/*
 * Add the candidates for token i that begin with the bytes typed from start on. Only
 * those of the greatest start stay in the list.
 */
static void
offer(struct candidates *list, const struct instance *instance, unsigned int i,
	size_t start)
{
	cmdline_parse_token_hdr_t *hdr = instance_header(instance, i);
	const struct item *item = token_item(hdr);
	char word[VALUE_SIZE], help[sizeof(list->c->help)], typed[GRAMMAR_LINE_MAX + 1];
	bool has_value = false, is_file = item_is_file(item);
	size_t len = strlen(list->typed + start) - 1;
	int k, n;

	memcpy(typed, list->typed + start, len);
	typed[len] = '\0';
	if (is_file && strchr(typed, '/') != NULL)
		start += strrchr(typed, '/') + 1 - typed;
	len = strlen(list->typed + start) - 1;
	if (start < list->start)
		return;
	if (start > list->start) {
		list->start = start;
		list->n = 0;
	}
	grammar.typed = typed;
	n = hdr->ops->complete_get_nb == NULL ? 0 : hdr->ops->complete_get_nb(hdr);
	for (k = 0; k < n; k++) {
		if (hdr->ops->complete_get_elt(hdr, k, word, sizeof(word)) < 0 ||
			strlen(word) >= sizeof(list->c->word) ||
			strncmp(word, list->typed + start, len) != 0 ||
			(item->kind != FIXED && !value_fits(instance, i, word)))
			continue;
		put_help(help, sizeof(help), instance, i, word);
		add_candidate(
			list, word, help, true, is_file && word[strlen(word) - 1] == '/');
		has_value = true;
	}
	grammar.typed = NULL;
	if (item->kind == FIXED || has_value)
		return;
	/* No value begins like the typed word, but the word itself may be the token. */
	if (len > 0 && instance_parse_token(instance, i, list->masked + start) < 0)
		return;
	hdr->ops->get_help(hdr, help, sizeof(help));
	snprintf(word, sizeof(word), "<%s>", item->name);
	add_candidate(list, word, help, false, false);
}

/* Add the candidates of one instance. Returns true if the line may end here. */
static bool
offer_instance(struct candidates *list, const struct instance *instance)
{
	const char *p = form_skip_blanks(list->masked);
	const char *end = list->masked + strlen(list->masked) - 1;
	const struct item *item;
	uint64_t value;
	unsigned int i;
	int n;

	for (i = 0; i < instance->n; i++) {
		item = instance->tokens[i].item;
		/* The next word cannot begin without a blank before it. */
		if (p == end && p != list->masked && !form_is_blank(p[-1]))
			return false;
		if (form_takes_rest(item->kind) || p + token_word_length(p) == end)
			offer(list, instance, i, p - list->masked);
		n = p == end ? -1 : instance_parse_token(instance, i, p);
		if (n < 0)
			return false;
		if (item->kind == NUMBER && !form_number_in_range(item, p, n, &value))
			return false;
		p = form_skip_blanks(p + n);
	}
	return p == end;
}

unsigned int
grammar_candidates(const char *left, size_t len, struct candidate *c, unsigned int max,
	size_t *partial)
{
	char masked[GRAMMAR_LINE_MAX + 2], typed[GRAMMAR_LINE_MAX + 2];
	struct candidates list = {
		.c = c,
		.max = max,
		.masked = masked,
		.typed = typed,
	};
	bool enter = false;
	size_t i;

	*partial = 0;
	if (len > GRAMMAR_LINE_MAX || max == 0 || token_is_comment(left, len) ||
		grammar_make() < 0)
		return 0;
	token_mask(masked, left, len);
	memcpy(typed, left, len);
	memcpy(typed + len, "\n", 2);
	for (i = len; i > 0 && !form_is_blank(left[i - 1]); i--)
		++*partial;
	for (i = 0; i < grammar.n_instances; i++)
		if (offer_instance(&list, instance_at(i)))
			enter = true;
	if (list.n > 0)
		*partial = len - list.start;
	/*
	 * The line may not end in a word that can only be completed. The candidates are
	 * sorted: if the first is longer than the word, the word is no candidate.
	 */
	if (list.n > 0 && c[0].literal && strlen(c[0].word) > *partial && *partial > 0)
		enter = false;
	if (enter)
		add_candidate(&list, "<enter>", "the line may end here", false, false);
	return list.n;
}

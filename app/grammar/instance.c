/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Makes instances: each way to type a command, as an instruction of librte_cmdline. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmdline.h>
#include <cmdline_parse.h>

#include "base/memory.h"
#include "grammar/command.h"
#include "grammar/form.h"
#include "grammar/instance.h"
#include "grammar/state.h"
#include "grammar/token.h"

/* The options of a form come in any order, so 5 options make 326 instances. */
#define MAX_OPTIONS 5U

cmdline_parse_token_hdr_t *
instance_header(const struct instance *instance, unsigned int i)
{
	return (cmdline_parse_token_hdr_t *)(uintptr_t)&instance->tokens[i].hdr;
}

int
instance_parse_token(const struct instance *instance, unsigned int i, const char *p)
{
	cmdline_parse_token_hdr_t *hdr = instance_header(instance, i);

	return hdr->ops->parse(hdr, p, NULL, 0);
}

const struct instance *
instance_at(size_t i)
{
	return grammar.ctx[i]->data;
}

static void
on_match(void *result, struct cmdline *cl, void *data)
{
	const struct instance *instance = data;

	(void)cl;
	/* The command runs after cmdline_parse(), since a command may parse lines. */
	grammar.parsing->instance = instance;
	memcpy(grammar.parsing->result, result, (size_t)instance->n * TOKEN_AREA);
}

static int
add_instance(const struct command *command, const struct form *form,
	const struct item *const items[], unsigned int n)
{
	struct instance *instance;
	cmdline_parse_inst_t *inst;
	cmdline_parse_ctx_t *ctx;
	struct token *token;
	unsigned int i;

	for (i = 0; i + 1 < n; i++)
		if (form_takes_rest(items[i]->kind))
			return -EINVAL;
	ctx = memory_resize(
		grammar.ctx, (grammar.n_instances + 2) * sizeof(cmdline_parse_ctx_t));
	if (ctx == NULL)
		return -ENOMEM;
	grammar.ctx = ctx;
	inst = memory_zeroed(sizeof(*inst) + (n + 1) * sizeof(void *));
	instance = memory_zeroed(sizeof(*instance) + n * sizeof(instance->tokens[0]));
	if (inst == NULL || instance == NULL) {
		free(inst);
		free(instance);
		return -ENOMEM;
	}
	instance->command = command;
	instance->name_words = form->name_words;
	instance->n = n;
	for (i = 0; i < n; i++) {
		token = &instance->tokens[i];
		token->item = items[i];
		token->hdr.ops = kind_ops[items[i]->kind];
		token->hdr.offset = i * TOKEN_AREA;
		if (items[i]->kind == FIXED)
			token->string.string_data.str = items[i]->str;
		inst->tokens[i] = &token->hdr;
	}
	inst->f = on_match;
	inst->data = instance;
	inst->help_str = command->brief;
	ctx[grammar.n_instances++] = inst;
	ctx[grammar.n_instances] = NULL;
	return 0;
}

/* The way to give a form's optional groups that is being built. */
struct ways {
	const struct command *command;
	const struct form *form;
	unsigned int first; /* the group that only comes first (<peer>), or 0 */
	unsigned int last;  /* the group that only comes last (<text>), or 0 */
	unsigned int order[MAX_OPTIONS]; /* the other groups of this way */
	unsigned int n;                  /* groups in order */
};

static int
append_group(const struct form *form, unsigned int group, const struct item **items,
	unsigned int *n)
{
	unsigned int i;

	for (i = 0; i < form->n; i++)
		if (form->items[i].group == group) {
			if (*n == MAX_TOKENS)
				return -EINVAL;
			items[(*n)++] = &form->items[i];
		}
	return 0;
}

static int
add_way(const struct ways *ways, bool first, bool last)
{
	const struct item *items[MAX_TOKENS];
	const struct form *form = ways->form;
	unsigned int i, k, n = 0;
	int ret = 0;

	for (i = 0; i < form->n && form->items[i].group == 0; i++) {
		if (n == MAX_TOKENS)
			return -EINVAL;
		items[n++] = &form->items[i];
	}
	if (first)
		ret = append_group(form, ways->first, items, &n);
	for (k = 0; k < ways->n && ret == 0; k++)
		ret = append_group(form, ways->order[k], items, &n);
	if (last && ret == 0)
		ret = append_group(form, ways->last, items, &n);
	for (; i < form->n && ret == 0; i++) {
		if (form->items[i].group != 0)
			continue;
		if (n == MAX_TOKENS)
			return -EINVAL;
		items[n++] = &form->items[i];
	}
	return ret < 0 ? ret : add_instance(ways->command, form, items, n);
}

/* Add ways->order, and with it every subset of the unused options in every order. */
static int
add_ways(struct ways *ways, unsigned int used)
{
	unsigned int first, last, group;
	int ret = 0;

	for (first = 0; first <= (ways->first != 0 ? 1u : 0u) && ret == 0; first++)
		for (last = 0; last <= (ways->last != 0 ? 1u : 0u) && ret == 0; last++)
			ret = add_way(ways, first, last);
	for (group = 1; group <= ways->form->groups && ret == 0; group++) {
		if (group == ways->first || group == ways->last || used & 1U << group)
			continue;
		ways->order[ways->n++] = group;
		ret = add_ways(ways, used | 1U << group);
		ways->n--;
	}
	return ret;
}

int
instance_add_form(const struct command *command, const char *str)
{
	struct ways ways = { .command = command };
	const struct item *item;
	struct form *form = NULL;
	unsigned int i;
	int ret;

	ret = form_new(command, str, &form);
	if (ret < 0)
		return ret;
	ways.form = form;
	for (i = 0; i < form->n; i++) {
		item = &form->items[i];
		if (item->group == 0)
			continue;
		if (form_takes_rest(item->kind) && item->group == form->groups)
			ways.last = item->group;
		else if (item->kind != FIXED && item[-1].group != item->group) {
			if (item->group != 1)
				return -EINVAL;
			ways.first = item->group;
		}
	}
	if (ways.first == ways.last)
		ways.first = 0;
	if (form->groups > MAX_OPTIONS + (ways.first != 0) + (ways.last != 0))
		return -EINVAL;
	return add_ways(&ways, 0);
}

/* Do two strings of fixed words, such as "ring#mp", have a word in common? */
static bool
share_word(const char *a, const char *b)
{
	const char *p, *q;
	size_t len;

	for (p = a;; p += len + 1) {
		len = strcspn(p, "#");
		for (q = b;; q += strcspn(q, "#") + 1) {
			if (strcspn(q, "#") == len && memcmp(p, q, len) == 0)
				return true;
			if (q[strcspn(q, "#")] == '\0')
				break;
		}
		if (p[len] == '\0')
			return false;
	}
}

/* Does a command to run, or a payload, never begin with one of these fixed words? */
static bool
refuses(const struct item *command, const struct item *fixed)
{
	size_t i;

	if (fixed->kind != FIXED)
		return false;
	if (command->kind == PAYLOAD)
		return command->str != NULL && share_word(command->str, fixed->str);
	if (command->kind != COMMAND)
		return false;
	for (i = 0; i < grammar.n_commands; i++) {
		char first[GRAMMAR_WORD_MAX + 1];

		snprintf(first, sizeof(first), "%.*s",
			(int)strcspn(grammar.commands[i]->name, " "),
			grammar.commands[i]->name);
		if (share_word(first, fixed->str))
			return false;
	}
	return true;
}

/* Could a line fit both instances? cmdline_parse() calls such a line ambiguous. */
static bool
are_ambiguous(const struct instance *a, const struct instance *b)
{
	const struct item *x, *y;
	unsigned int i;

	for (i = 0; i < a->n && i < b->n; i++) {
		x = a->tokens[i].item;
		y = b->tokens[i].item;
		if ((x->kind == COMMAND && y->kind == NUMBER) ||
			(x->kind == NUMBER && y->kind == COMMAND))
			return false;
		if (refuses(x, y) || refuses(y, x))
			return false;
		if (form_takes_rest(x->kind) || form_takes_rest(y->kind))
			return true;
		if (x->kind == FIXED && y->kind == FIXED) {
			if (!share_word(x->str, y->str))
				return false;
		} else if (x->kind == FIXED || y->kind == FIXED) {
			const struct item *fixed = x->kind == FIXED ? x : y;
			const struct item *other = x->kind == FIXED ? y : x;

			if (other->kind == WORD ? !other->any
						: !form_begins_number(fixed->str))
				return false;
		}
	}
	return a->n == b->n;
}

bool
grammar_is_clear(void)
{
	size_t i, k;

	for (i = 0; i < grammar.n_instances; i++)
		for (k = 0; k < i; k++)
			if (are_ambiguous(instance_at(i), instance_at(k)))
				return false;
	return true;
}

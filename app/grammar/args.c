/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The arguments of a parsed line, by the names in the command's form. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/args.h"
#include "grammar/command.h"
#include "grammar/form.h"
#include "grammar/instance.h"
#include "grammar/token.h"

static struct span
span_of(const struct args *args, unsigned int i)
{
	struct span span;

	memcpy(&span, args->result + (size_t)i * TOKEN_AREA, sizeof(span));
	return span;
}

int
args_finish(struct args *args, char *error, size_t size)
{
	const struct item *item;
	struct span span;
	uint64_t value;
	unsigned int i;

	for (i = 0; i < args->instance->n; i++) {
		item = args->instance->tokens[i].item;
		if (item->kind == FIXED)
			continue;
		span = span_of(args, i);
		args->line[span.offset + span.len] = '\0';
		if (item->kind == NUMBER &&
			!form_number_in_range(
				item, args->line + span.offset, span.len, &value)) {
			form_put_number_error(
				error, size, item, args->line + span.offset, span.len);
			return -EINVAL;
		}
	}
	return 0;
}

const struct command *
args_command(const struct args *args)
{
	return args->instance->command;
}

void
args_free(struct args *args)
{
	free(args);
}

bool
args_has(const struct args *args, const char *word)
{
	unsigned int i;

	for (i = args->instance->name_words; i < args->instance->n; i++)
		if (args->instance->tokens[i].item->kind == FIXED &&
			strcmp(args->result + (size_t)i * TOKEN_AREA, word) == 0)
			return true;
	return false;
}

/* The index of the token with this name, or the instance's n if there is none. */
static unsigned int
find_token(const struct args *args, const char *name, bool fixed)
{
	const struct instance *instance = args->instance;
	unsigned int i;

	for (i = instance->name_words; i < instance->n; i++)
		if ((instance->tokens[i].item->kind == FIXED) == fixed &&
			strcmp(instance->tokens[i].item->name, name) == 0)
			break;
	return i;
}

const char *
args_bytes(const struct args *args, const char *name, size_t *len)
{
	unsigned int i = find_token(args, name, false);
	struct span span;

	*len = 0;
	if (i == args->instance->n)
		return NULL;
	span = span_of(args, i);
	*len = span.len;
	return args->line + span.offset;
}

const char *
args_word(const struct args *args, const char *name)
{
	unsigned int i = find_token(args, name, false);

	if (i < args->instance->n)
		return args->line + span_of(args, i).offset;
	i = find_token(args, name, true);
	return i < args->instance->n ? args->result + (size_t)i * TOKEN_AREA : NULL;
}

uint64_t
args_number(const struct args *args, const char *name, uint64_t otherwise)
{
	unsigned int i = find_token(args, name, false);
	struct span span;
	uint64_t value = otherwise;

	if (i == args->instance->n || args->instance->tokens[i].item->kind != NUMBER)
		return otherwise;
	span = span_of(args, i);
	form_number_in_range(args->instance->tokens[i].item, args->line + span.offset,
		span.len, &value);
	return value;
}

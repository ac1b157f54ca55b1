/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Finds commands by name and writes their usage lines. */

#include <stdbool.h>
#include <string.h>

#include "grammar/command.h"
#include "grammar/commands.h"
#include "grammar/form.h"
#include "grammar/state.h"

const struct command *
grammar_command(size_t i)
{
	return i < grammar.n_commands ? grammar.commands[i] : NULL;
}

/* Are these the same words, whatever the blanks between them? */
static bool
same_words(const char *a, const char *b)
{
	size_t n;

	for (;;) {
		a = form_skip_blanks(a);
		b = form_skip_blanks(b);
		n = strcspn(a, " \t");
		if (n != strcspn(b, " \t") || memcmp(a, b, n) != 0)
			return false;
		if (n == 0)
			return true;
		a += n;
		b += n;
	}
}

const struct command *
grammar_find(const char *name)
{
	size_t i;

	for (i = 0; i < grammar.n_commands; i++)
		if (same_words(grammar.commands[i]->name, name))
			return grammar.commands[i];
	return NULL;
}

/*
 * Append str without the ranges of its numbers, with a blank for '_'; false when buf is
 * full.
 */
static bool
append_usage(char *buf, size_t size, const char *str)
{
	size_t used = strlen(buf);

	for (; *str != '\0'; str++) {
		/* Leave out '!' and '*', and the ranges, which errors and '?' show. */
		if (*str == ':' || *str == '!' || *str == '*')
			str += strcspn(str, ">");
		if (used + 1 >= size)
			return false;
		buf[used++] = *str == '_' ? ' ' : *str;
		buf[used] = '\0';
	}
	return true;
}

char *
grammar_usage(const struct command *command, char *buf, size_t size)
{
	const char *const *form;

	if (size > 0)
		buf[0] = '\0';
	for (form = command->forms; size > 0 && *form != NULL; form++)
		if ((form != command->forms && !append_usage(buf, size, "\n")) ||
			!append_usage(buf, size, command->name) ||
			(**form != '\0' && !append_usage(buf, size, " ")) ||
			!append_usage(buf, size, *form))
			break;
	return buf;
}

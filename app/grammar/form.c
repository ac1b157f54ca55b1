/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Parses the forms of commands (struct command) into items. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/command.h"
#include "grammar/form.h"
#include "grammar/state.h"

#define FRACTION_DIGITS 9
#define BILLION UINT64_C(1000000000)

bool
form_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

const char *
form_skip_blanks(const char *p)
{
	while (form_is_blank(*p))
		p++;
	return p;
}

bool
form_is_fixed_word(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < grammar.n_words; i++)
		if (strlen(grammar.words[i]) == len &&
			memcmp(grammar.words[i], word, len) == 0)
			return true;
	return false;
}

bool
form_has_word(const char *list, const char *word, size_t len)
{
	size_t n;

	for (;; list += n + 1) {
		n = strcspn(list, "#");
		if (n == len && memcmp(list, word, len) == 0)
			return true;
		if (list[n] == '\0')
			return false;
	}
}

bool
form_begins_number(const char *p)
{
	return (*p >= '0' && *p <= '9') || *p == '-' || *p == '+' || *p == '.';
}

/* Read decimal digits alone. False for none, for others, and for a value over 64 bits. */
static bool
read_digits(const char *p, size_t len, uint64_t *value)
{
	size_t i;

	*value = 0;
	for (i = 0; i < len; i++) {
		unsigned int digit = (unsigned char)p[i] - '0';

		if (digit > 9 || *value > (UINT64_MAX - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return len > 0;
}

bool
form_number_in_range(const struct item *item, const char *p, size_t len, uint64_t *value)
{
	const char *point = item->fraction ? memchr(p, '.', len) : NULL;
	size_t whole = point != NULL ? (size_t)(point - p) : len;
	size_t digits = point != NULL ? len - whole - 1 : 0;
	uint64_t fraction = 0;

	/* ".5" has no digits before its point, "1." none behind it. */
	if (whole == 0 && digits != 0)
		*value = 0;
	else if (!read_digits(p, whole, value))
		return false;
	if (digits > FRACTION_DIGITS ||
		(point != NULL && !read_digits(point + 1, digits, &fraction)))
		return false;
	if (*value < item->min || *value > item->max ||
		(*value == item->max && fraction != 0))
		return false;
	if (!item->fraction)
		return true;
	for (; digits < FRACTION_DIGITS; digits++)
		fraction *= 10;
	*value = *value * BILLION + fraction;
	return *value >= item->min * BILLION + item->min_tenths * (BILLION / 10);
}

bool
form_takes_rest(enum kind kind)
{
	return kind == TEXT || kind == PAYLOAD || kind == COMMAND || kind == NAME;
}

void
form_put_name(char *dst, size_t size, const char *name)
{
	snprintf(dst, size, "%s", name);
	for (; *dst != '\0'; dst++)
		if (*dst == '_')
			*dst = ' ';
}

void
form_put_phrase(char *dst, size_t size, const struct item *item)
{
	char name[PHRASE_SIZE / 2];

	form_put_name(name, sizeof(name), item->name);
	if (item->kind == NUMBER)
		snprintf(dst, size, "a number (%s)", name);
	else
		snprintf(dst, size, "%s %s", strchr("aeiou", name[0]) ? "an" : "a", name);
}

void
form_put_range(char *dst, size_t size, const struct item *item)
{
	char tenths[4] = "";

	if (item->min_tenths != 0)
		snprintf(tenths, sizeof(tenths), ".%u", item->min_tenths % 10);
	snprintf(dst, size, "%llu%s to %llu", (unsigned long long)item->min, tenths,
		(unsigned long long)item->max);
}

void
form_put_range_error(char *error, size_t size, const struct item *item)
{
	char name[PHRASE_SIZE], range[64];

	form_put_name(name, sizeof(name), item->name);
	form_put_range(range, sizeof(range), item);
	snprintf(error, size, "%s must be %s", name, range);
}

/* Are these digits, a point, and none or too many digits? */
static bool
has_wrong_fraction(const char *p, size_t len)
{
	const char *point = memchr(p, '.', len);
	size_t digits;

	if (point == NULL || len == 1)
		return false;
	digits = strspn(point + 1, "0123456789");
	return strspn(p, "0123456789") == (size_t)(point - p) &&
		point + 1 + digits == p + len &&
		(digits == 0 || digits > FRACTION_DIGITS);
}

void
form_put_number_error(
	char *error, size_t size, const struct item *item, const char *p, size_t len)
{
	char name[PHRASE_SIZE];

	if (!item->fraction || !has_wrong_fraction(p, len)) {
		form_put_range_error(error, size, item);
		return;
	}
	form_put_name(name, sizeof(name), item->name);
	snprintf(error, size, "%s must have 1 to %d digits behind the point", name,
		FRACTION_DIGITS);
}

/* Add the words of str (alternatives as "ring#mp") to the grammar's fixed words. */
static int
add_words(const char *str)
{
	char **words;
	size_t len;

	for (;; str += len + 1) {
		len = strcspn(str, "#");
		if (len == 0 || len > GRAMMAR_WORD_MAX)
			return -EINVAL;
		if (!form_is_fixed_word(str, len)) {
			words = realloc(
				grammar.words, (grammar.n_words + 1) * sizeof(*words));
			if (words == NULL)
				return -ENOMEM;
			grammar.words = words;
			words[grammar.n_words] = strndup(str, len);
			if (words[grammar.n_words] == NULL)
				return -ENOMEM;
			grammar.n_words++;
		}
		if (str[len] == '\0')
			return 0;
	}
}

static int
make_fixed(struct item *item, const char *p, size_t len)
{
	char *c;

	item->kind = FIXED;
	item->name = strndup(p, len);
	item->str = strndup(p, len);
	if (item->name == NULL || item->str == NULL)
		return -ENOMEM;
	if (strpbrk(item->name, "<>[]#:") != NULL)
		return -EINVAL;
	for (c = item->str; *c != '\0'; c++)
		if (*c == '|')
			*c = '#';
	return add_words(item->str);
}

/* A command may be followed by the name of the values that it is completed with. */
static int
make_command(struct item *item, const char *p, size_t len)
{
	item->kind = COMMAND;
	if (len == 1 || (len != 0 && *p != ':'))
		return -EINVAL;
	item->values = len != 0 ? strndup(p + 1, len - 1) : strdup(item->name);
	return item->values != NULL ? 0 : -ENOMEM;
}

/* Read "min-max" and what follows it: ":1-63", ":0.1-60.". Returns 0 or -EINVAL. */
static int
make_number(struct item *item, const char *p, size_t len)
{
	unsigned long long min, max;
	unsigned int tenths = 0;
	int end = 0;

	if (sscanf(p, ":%llu.%1u-%llu%n", &min, &tenths, &max, &end) != 3 &&
		sscanf(p, ":%llu-%llu%n", &min, &max, &end) != 2)
		return -EINVAL;
	item->fraction = (size_t)end + 1 == len && p[end] == '.';
	if ((size_t)end + item->fraction != len || min > max ||
		(item->fraction ? max > UINT64_MAX / BILLION - 1 : tenths != 0))
		return -EINVAL;
	item->kind = NUMBER;
	item->min = min;
	item->min_tenths = tenths;
	item->max = max;
	return 0;
}

/* Make an item of the len bytes between '<' and '>'. */
static int
make_token(struct item *item, const char *p, size_t len)
{
	size_t name = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (name == 0 || name > len || name >= PHRASE_SIZE / 2)
		return -EINVAL;
	item->name = strndup(p, name);
	if (item->name == NULL)
		return -ENOMEM;
	if (strcmp(item->name, "command") == 0)
		return make_command(item, p + name, len - name);
	if (name + 1 == len && p[name] == '!') {
		item->kind = WORD;
		item->any = true;
	} else if (name + 1 == len && p[name] == '*') {
		item->kind = NAME;
	} else if (name < len) {
		return make_number(item, p + name, len - name);
	} else if (strcmp(item->name, "text") == 0 ||
		strcmp(item->name, "shell_command") == 0)
		item->kind = TEXT;
	else if (strcmp(item->name, "payload") == 0)
		item->kind = PAYLOAD;
	else
		item->kind = WORD;
	return 0;
}

/* Are the names that args_word() and args_bytes() look up distinct? */
static bool
names_distinct(const struct form *form)
{
	unsigned int i, k;

	for (i = 0; i < form->n; i++)
		for (k = 0; k < i; k++)
			if ((form->items[i].kind == FIXED) ==
					(form->items[k].kind == FIXED) &&
				(form->items[i].kind != FIXED ||
					strchr(form->items[i].name, '|') != NULL) &&
				strcmp(form->items[i].name, form->items[k].name) == 0)
				return false;
	return true;
}

/* Append the items of str to form, which has room for them. */
static int
make_items(struct form *form, const char *str)
{
	const char *p = form_skip_blanks(str);
	struct item *item;
	unsigned int i, group = 0;
	size_t len;
	int ret;

	while (*p != '\0') {
		if (*p == '[') {
			/* optional groups must follow one another */
			if (group != 0 ||
				(form->groups != 0 &&
					form->items[form->n - 1].group == 0))
				return -EINVAL;
			group = ++form->groups;
			p++;
		}
		len = strcspn(p, " \t]");
		if (len == 0)
			return -EINVAL;
		item = &form->items[form->n++];
		item->group = group;
		if (p[0] == '<' && p[len - 1] == '>')
			ret = make_token(item, p + 1, len - 2);
		else
			ret = make_fixed(item, p, len);
		if (ret < 0)
			return ret;
		p += len;
		if (*p == ']') {
			if (group == 0)
				return -EINVAL;
			group = 0;
			p++;
		}
		if (*p != '\0' && !form_is_blank(*p))
			return -EINVAL;
		p = form_skip_blanks(p);
	}
	if (group != 0 || !names_distinct(form))
		return -EINVAL;
	for (i = 0; i + 1 < form->n; i++)
		if (form->items[i].group == form->items[i + 1].group)
			form->items[i].next = &form->items[i + 1];
	return 0;
}

/*
 * A payload behind optional words does not begin with one of them: they are its str, or
 * NULL where there are none.
 */
static int
refuse_words(struct form *form, struct item *payload)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < form->n; i++)
		if (form->items[i].kind == FIXED && form->items[i].group != 0)
			size += strlen(form->items[i].str) + 1;
	if (size == 0)
		return 0;
	payload->str = calloc(1, size);
	if (payload->str == NULL)
		return -ENOMEM;
	for (i = 0; i < form->n; i++) {
		if (form->items[i].kind != FIXED || form->items[i].group == 0)
			continue;
		if (payload->str[0] != '\0')
			strcat(payload->str, "#");
		strcat(payload->str, form->items[i].str);
	}
	if (payload->str[0] == '\0') {
		free(payload->str);
		payload->str = NULL;
	}
	return 0;
}

void
form_free(struct form *form)
{
	unsigned int i;

	for (i = 0; i < form->n; i++) {
		free(form->items[i].name);
		free(form->items[i].str);
		free(form->items[i].values);
	}
	free(form);
}

int
form_new(const struct command *command, const char *str, struct form **result)
{
	size_t room = strlen(command->name) + strlen(str) + 2;
	struct form *form;
	unsigned int i;
	int ret;

	form = calloc(1, sizeof(*form) + room * sizeof(form->items[0]));
	if (form == NULL)
		return -ENOMEM;
	form->next = grammar.forms;
	grammar.forms = form;
	ret = make_items(form, command->name);
	if (ret < 0)
		return ret;
	form->name_words = form->n;
	if (form->n < 1 || form->n > 2 || form->groups != 0)
		return -EINVAL;
	for (i = 0; i < form->n; i++)
		if (form->items[i].kind != FIXED || strchr(form->items[i].name, '|'))
			return -EINVAL;
	*result = form;
	ret = make_items(form, str);
	for (i = 0; i < form->n && ret == 0; i++)
		if (form->items[i].kind == PAYLOAD && form->items[i].group != 0)
			ret = refuse_words(form, &form->items[i]);
	return ret;
}

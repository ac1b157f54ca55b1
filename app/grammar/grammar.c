/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmdline.h>
#include <cmdline_parse.h>
#include <cmdline_parse_string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "grammar/grammar.h"

/* cmdline_parse() has one result buffer; each token of an instance an equal area. */
#define TOKEN_AREA STR_TOKEN_SIZE
#define MAX_TOKENS (CMDLINE_PARSE_RESULT_BUFSIZE / TOKEN_AREA - 1)

/* Options in any order: 5 make 326 instances. */
#define MAX_OPTIONS 5U

/* Values of a token that completion looks at. */
#define MAX_VALUES 4096
#define VALUE_SIZE 256

/* What an error can list as expected. */
#define MAX_EXPECTED 64
#define PHRASE_SIZE 80

/* What stands for '#' and control bytes, which end a line or a word for cmdline. */
#define MASK '\x01'

enum kind {
	FIXED,   /* a word, or one of several */
	WORD,    /* <peer> */
	NUMBER,  /* <n:1-63> */
	TEXT,    /* the three to the end of the line: blanks around cut, */
	PAYLOAD, /* trailing blanks kept, */
	COMMAND, /* and a command to name or to run, so no number */
};

/* One blank-separated piece of a form. */
struct item {
	enum kind kind;
	char *name; /* "peer"; what is FIXED as in the form: "ring|mp" */
	char *str;  /* FIXED: as cmdline writes it, "ring#mp" */
	bool any;   /* WORD: also one that is a word of the grammar */
	uint64_t min, max;
	unsigned int group;      /* in which optional group, from 1; 0: in none */
	const struct item *next; /* the one that follows in the same group */
};

/* A command's name and one of its forms. */
struct form {
	struct form *next;
	unsigned int name_words;
	unsigned int groups;
	unsigned int n;
	struct item items[];
};

struct token {
	union {
		cmdline_parse_token_hdr_t hdr;
		cmdline_parse_token_string_t string;
	};
	const struct item *item;
};

/* One way to give a command; data of a cmdline_parse_inst_t. */
struct instance {
	const struct command *command;
	unsigned int name_words;
	unsigned int n;
	struct token tokens[];
};

/* What one of our own tokens puts into its area. */
struct span {
	size_t offset; /* from the start of the line */
	size_t len;
};

struct args {
	const struct instance *instance;
	char line[GRAMMAR_LINE_MAX + 1]; /* as typed, a NUL after each token of ours */
	alignas(max_align_t) char result[CMDLINE_PARSE_RESULT_BUFSIZE];
};

/* There is one grammar: callbacks of cmdline's tokens have no user pointer. */
static struct {
	const struct command *const *commands;
	size_t n_commands;
	grammar_values_t *values;
	struct form *forms;
	char **words;
	size_t n_words;
	cmdline_parse_ctx_t *ctx; /* NULL after the last */
	size_t n_instances;
	struct cmdline *cl;
	const char *line;     /* that cmdline_parse() is looking at */
	struct args *parsing; /* where to put what it finds */
} grammar;

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
skip_blanks(const char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

static size_t
word_length(const char *p)
{
	size_t n = 0;

	while (!cmdline_isendoftoken(p[n]))
		n++;
	return n;
}

/*
 * The line that cmdline may see, with the newline that it wants. TRAPS 1.9: '#' would
 * end it wherever it stands, and a carriage return too. dst has room for len + 2.
 */
static void
mask(char *dst, const char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = line[i];

		dst[i] = (c < ' ' && c != '\t') || c == 0x7f || c == '#' ? MASK : line[i];
	}
	dst[len] = '\n';
	dst[len + 1] = '\0';
}

static bool
is_comment(const char *line, size_t len)
{
	while (len > 0 && is_blank(*line)) {
		line++;
		len--;
	}
	return len > 0 && *line == '#';
}

static bool
is_fixed_word(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < grammar.n_words; i++)
		if (strlen(grammar.words[i]) == len &&
			memcmp(grammar.words[i], word, len) == 0)
			return true;
	return false;
}

/* What was meant as a number is one, so that the error can say which are right. */
static bool
begins_number(const char *p)
{
	return (*p >= '0' && *p <= '9') || *p == '-' || *p == '+' || *p == '.';
}

static bool
number_in_range(const struct item *item, const char *p, size_t len, uint64_t *value)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned int digit = (unsigned char)p[i] - '0';

		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*value = v;
	return len > 0 && v >= item->min && v <= item->max;
}

static bool
takes_rest(enum kind kind)
{
	return kind == TEXT || kind == PAYLOAD || kind == COMMAND;
}

/* Names as people read them. */
static void
put_name(char *dst, size_t size, const char *name)
{
	snprintf(dst, size, "%s", name);
	for (; *dst != '\0'; dst++)
		if (*dst == '_')
			*dst = ' ';
}

/* "a peer", "an action", "a number (seconds)" */
static void
put_phrase(char *dst, size_t size, const struct item *item)
{
	char name[PHRASE_SIZE / 2];

	put_name(name, sizeof(name), item->name);
	if (item->kind == NUMBER)
		snprintf(dst, size, "a number (%s)", name);
	else
		snprintf(dst, size, "%s %s", strchr("aeiou", name[0]) ? "an" : "a", name);
}

static void
put_range_error(char *error, size_t size, const struct item *item)
{
	char name[PHRASE_SIZE];

	put_name(name, sizeof(name), item->name);
	snprintf(error, size, "%s must be %llu to %llu", name,
		(unsigned long long)item->min, (unsigned long long)item->max);
}

/*
 * The operations of our own tokens. A header is the first member of its token.
 */

static const struct item *
item_of(const cmdline_parse_token_hdr_t *hdr)
{
	return ((const struct token *)hdr)->item;
}

/* Completion and our walks ask without a result. */
static int
record(const char *buf, size_t len, void *res, unsigned int size)
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
	size_t len = word_length(buf);

	/* Fixed words are refused, or `ping via mp` could be a ping to "via". */
	if (len == 0 || (!item->any && is_fixed_word(buf, len)) ||
		record(buf, len, res, size) < 0)
		return -1;
	return len;
}

static int
number_parse(
	cmdline_parse_token_hdr_t *hdr, const char *buf, void *res, unsigned int size)
{
	size_t len = word_length(buf);

	(void)hdr;
	if (!begins_number(buf) || record(buf, len, res, size) < 0)
		return -1;
	return len;
}

static int
rest_parse(cmdline_parse_token_hdr_t *hdr, const char *buf, void *res, unsigned int size)
{
	const struct item *item = item_of(hdr);
	size_t len = strcspn(buf, "\n"), text = len;

	if (item->kind == COMMAND && begins_number(buf))
		return -1;
	if (item->kind != PAYLOAD)
		while (text > 0 && is_blank(buf[text - 1]))
			text--;
	if (text == 0 || record(buf, text, res, size) < 0)
		return -1;
	return len;
}

static int
value_get_elt(cmdline_parse_token_hdr_t *hdr, int i, char *dst, unsigned int size)
{
	if (grammar.values == NULL || i < 0)
		return -1;
	return grammar.values(item_of(hdr)->name, i, dst, size) ? 0 : -1;
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
	put_phrase(dst, size, item_of(hdr));
	return 0;
}

static int
number_get_help(cmdline_parse_token_hdr_t *hdr, char *dst, unsigned int size)
{
	const struct item *item = item_of(hdr);

	snprintf(dst, size, "%llu to %llu", (unsigned long long)item->min,
		(unsigned long long)item->max);
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

static struct cmdline_token_ops command_ops = {
	.parse = rest_parse,
	.complete_get_nb = value_get_nb,
	.complete_get_elt = value_get_elt,
	.get_help = word_get_help,
};

static struct cmdline_token_ops *const kind_ops[] = {
	[FIXED] = &cmdline_token_string_ops,
	[WORD] = &word_ops,
	[NUMBER] = &number_ops,
	[TEXT] = &rest_ops,
	[PAYLOAD] = &rest_ops,
	[COMMAND] = &command_ops,
};

/* cmdline's types are not const, but its operations change nothing. */
static cmdline_parse_token_hdr_t *
header(const struct instance *instance, unsigned int i)
{
	return (cmdline_parse_token_hdr_t *)(uintptr_t)&instance->tokens[i].hdr;
}

static int
token_parse(const struct instance *instance, unsigned int i, const char *p)
{
	cmdline_parse_token_hdr_t *hdr = header(instance, i);

	return hdr->ops->parse(hdr, p, NULL, 0);
}

static const struct instance *
instance_at(size_t i)
{
	return grammar.ctx[i]->data;
}

/*
 * From the table's strings to instances.
 */

static int
add_words(const char *str)
{
	char **words;
	size_t len;

	for (;; str += len + 1) {
		len = strcspn(str, "#");
		if (len == 0 || len > GRAMMAR_WORD_MAX)
			return -EINVAL;
		if (!is_fixed_word(str, len)) {
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

/* The inside of <...>. */
static int
make_token(struct item *item, const char *p, size_t len)
{
	size_t name = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_");
	unsigned long long min, max;
	int end = 0;

	if (name == 0 || name > len || name >= PHRASE_SIZE / 2)
		return -EINVAL;
	item->name = strndup(p, name);
	if (item->name == NULL)
		return -ENOMEM;
	if (name + 1 == len && p[name] == '!') {
		item->kind = WORD;
		item->any = true;
	} else if (name < len) {
		if (sscanf(p + name, ":%llu-%llu>%n", &min, &max, &end) != 2 ||
			name + end != len + 1 || min > max)
			return -EINVAL;
		item->kind = NUMBER;
		item->min = min;
		item->max = max;
	} else if (strcmp(item->name, "text") == 0)
		item->kind = TEXT;
	else if (strcmp(item->name, "payload") == 0)
		item->kind = PAYLOAD;
	else if (strcmp(item->name, "command") == 0)
		item->kind = COMMAND;
	else
		item->kind = WORD;
	return 0;
}

/* Are what args_word() and args_bytes() ask by distinct? */
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

/* Append the items of str, up to its end. */
static int
make_items(struct form *form, const char *str)
{
	const char *p = skip_blanks(str);
	struct item *item;
	unsigned int i, group = 0;
	size_t len;
	int ret;

	while (*p != '\0') {
		if (*p == '[') {
			/* groups follow one another */
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
		if (*p != '\0' && !is_blank(*p))
			return -EINVAL;
		p = skip_blanks(p);
	}
	if (group != 0 || !names_distinct(form))
		return -EINVAL;
	for (i = 0; i + 1 < form->n; i++)
		if (form->items[i].group == form->items[i + 1].group)
			form->items[i].next = &form->items[i + 1];
	return 0;
}

static void
form_free(struct form *form)
{
	unsigned int i;

	for (i = 0; i < form->n; i++) {
		free(form->items[i].name);
		free(form->items[i].str);
	}
	free(form);
}

/* The form is the grammar's at once, so that grammar_free() frees it. */
static int
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
	return make_items(form, str);
}

static void
found(void *result, struct cmdline *cl, void *data)
{
	const struct instance *instance = data;

	(void)cl;
	/* The command itself runs when cmdline_parse() has returned: it may parse. */
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
		if (takes_rest(items[i]->kind))
			return -EINVAL;
	ctx = realloc(
		grammar.ctx, (grammar.n_instances + 2) * sizeof(cmdline_parse_ctx_t));
	if (ctx == NULL)
		return -ENOMEM;
	grammar.ctx = ctx;
	inst = calloc(1, sizeof(*inst) + (n + 1) * sizeof(void *));
	instance = calloc(1, sizeof(*instance) + n * sizeof(instance->tokens[0]));
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
	inst->f = found;
	inst->data = instance;
	inst->help_str = command->brief;
	ctx[grammar.n_instances++] = inst;
	ctx[grammar.n_instances] = NULL;
	return 0;
}

/* The ways to give the optional groups of a form. */
struct ways {
	const struct command *command;
	const struct form *form;
	unsigned int first; /* the group that only comes first (<peer>), or 0 */
	unsigned int last;  /* the group that only comes last (<text>), or 0 */
	unsigned int order[MAX_OPTIONS];
	unsigned int n;
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

/* Every subset of the options not yet in ways->order, in every order. */
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

static int
add_form(const struct command *command, const char *str)
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
		if (takes_rest(item->kind) && item->group == form->groups)
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

/* Could one line be both? cmdline would call it ambiguous, whatever their order. */
static bool
ambiguous(const struct instance *a, const struct instance *b)
{
	const struct item *x, *y;
	unsigned int i;

	for (i = 0; i < a->n && i < b->n; i++) {
		x = a->tokens[i].item;
		y = b->tokens[i].item;
		if ((x->kind == COMMAND && y->kind == NUMBER) ||
			(x->kind == NUMBER && y->kind == COMMAND))
			return false;
		if (takes_rest(x->kind) || takes_rest(y->kind))
			return true;
		if (x->kind == FIXED && y->kind == FIXED) {
			if (!share_word(x->str, y->str))
				return false;
		} else if (x->kind == FIXED || y->kind == FIXED) {
			const struct item *fixed = x->kind == FIXED ? x : y;
			const struct item *other = x->kind == FIXED ? y : x;

			if (other->kind == WORD ? !other->any
						: !begins_number(fixed->str))
				return false;
		}
	}
	return a->n == b->n;
}

int
grammar_init(const struct command *const commands[], size_t n, grammar_values_t *values)
{
	const char *const *form;
	size_t i;
	int ret = 0;

	grammar_free();
	grammar.commands = commands;
	grammar.n_commands = n;
	grammar.values = values;
	for (i = 0; i < n && ret == 0; i++) {
		if (commands[i]->forms == NULL || commands[i]->forms[0] == NULL)
			ret = -EINVAL;
		for (form = commands[i]->forms; ret == 0 && *form != NULL; form++)
			ret = add_form(commands[i], *form);
	}
	if (ret == 0 && n == 0)
		ret = -EINVAL;
	if (ret == 0) {
		/* Without descriptors it neither reads nor prints. */
		grammar.cl = cmdline_new(grammar.ctx, "", -1, -1);
		if (grammar.cl == NULL)
			ret = -ENOMEM;
	}
	if (ret < 0)
		grammar_free();
	return ret;
}

bool
grammar_is_clear(void)
{
	size_t i, k;

	for (i = 0; i < grammar.n_instances; i++)
		for (k = 0; k < i; k++)
			if (ambiguous(instance_at(i), instance_at(k)))
				return false;
	return true;
}

void
grammar_free(void)
{
	struct form *form;
	size_t i;

	if (grammar.cl != NULL)
		cmdline_free(grammar.cl);
	for (i = 0; i < grammar.n_instances; i++) {
		free(grammar.ctx[i]->data);
		free(grammar.ctx[i]);
	}
	free(grammar.ctx);
	while ((form = grammar.forms) != NULL) {
		grammar.forms = form->next;
		form_free(form);
	}
	for (i = 0; i < grammar.n_words; i++)
		free(grammar.words[i]);
	free(grammar.words);
	memset(&grammar, 0, sizeof(grammar));
}

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
		a = skip_blanks(a);
		b = skip_blanks(b);
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

bool
grammar_is_word(const char *word)
{
	return is_fixed_word(word, strlen(word));
}

/*
 * Errors. cmdline says only that a line is bad (TRAPS 1.9), so we walk it again.
 */

/* How many tokens of the instance the line gives, and where it went on. */
static unsigned int
walk(const struct instance *instance, const char *line, size_t *offset)
{
	const char *p = skip_blanks(line);
	unsigned int i;
	int n;

	for (i = 0; i < instance->n && *p != '\n'; i++) {
		n = token_parse(instance, i, p);
		if (n < 0)
			break;
		p = skip_blanks(p + n);
	}
	*offset = p - line;
	return i;
}

/* What could have come at the place of an error. */
struct expected {
	char phrases[MAX_EXPECTED][PHRASE_SIZE];
	unsigned int n;
	const struct item *number; /* the only thing, if it is a number */
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
	cmdline_parse_token_hdr_t *hdr = header(instance, i);
	const struct item *item = item_of(hdr);
	char phrase[PHRASE_SIZE];
	int k, n;

	if (item->kind != FIXED) {
		put_phrase(phrase, sizeof(phrase), item);
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

/*
 * before, the len bytes of a word as text_escape() shows them, after. If need be the
 * word is cut, for what was expected is worth more than its end.
 */
static void
put_word_error(char *error, size_t size, const char *before, const char *word, size_t len,
	const char *after)
{
	char shown[TEXT_ESCAPED_SIZE(GRAMMAR_LINE_MAX)];
	const char *dots = "";
	size_t rest = strlen(before) + strlen(after), n;

	if (len > size) {
		dots = "...";
		len = size; /* no byte is shown by less than one */
	}
	n = text_escape(shown, (const uint8_t *)word, len);
	while (rest + n + strlen(dots) >= size && len > 0) {
		dots = "...";
		/* A cut character takes no less room than a whole one: none stays cut. */
		len--;
		n = text_escape(shown, (const uint8_t *)word, len);
	}
	snprintf(error, size, "%s%s%s%s", before, shown, dots, after);
}

static void
put_unknown(char *error, size_t size, const char *word, size_t len)
{
	char slip[64], after[128] = ": help lists them";
	const char *nearest = NULL;
	const char **names;
	char *first;
	size_t i, n = 0;

	names = calloc(grammar.n_commands, sizeof(*names));
	for (i = 0; names != NULL && i < grammar.n_commands; i++) {
		first = strndup(grammar.commands[i]->name,
			strcspn(grammar.commands[i]->name, " "));
		if (first != NULL)
			names[n++] = first;
	}
	if (len < sizeof(slip)) {
		memcpy(slip, word, len);
		slip[len] = '\0';
		nearest = text_nearest(slip, names, n);
	}
	if (nearest != NULL)
		snprintf(after, sizeof(after), ": did you mean %s?", nearest);
	put_word_error(error, size, "unknown command ", word, len, after);
	for (i = 0; i < n; i++)
		free((char *)(uintptr_t)names[i]);
	free(names);
}

/* "set needs", "send needs", "wait gone needs" */
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

/* Why is the line (masked and as typed) none? */
static void
explain(const char *masked, const char *line, char *error, size_t size)
{
	struct expected expected = { .n = 0 };
	const struct instance *deepest = NULL;
	size_t i, offset, place = 0;
	unsigned int given, most = 0;
	char before[256], list[2048], after[2080];

	for (i = 0; i < grammar.n_instances; i++) {
		given = walk(instance_at(i), masked, &offset);
		if (deepest == NULL || offset > place) {
			deepest = instance_at(i);
			place = offset;
			most = given;
		}
	}
	if (most == 0) {
		put_unknown(error, size, line + place, word_length(masked + place));
		return;
	}
	for (i = 0; i < grammar.n_instances; i++) {
		given = walk(instance_at(i), masked, &offset);
		if (offset == place && given < instance_at(i)->n)
			expect_token(&expected, instance_at(i), given);
	}
	join(list, sizeof(list), &expected);
	if (masked[place] == '\n') {
		put_needs(before, sizeof(before), deepest, most);
		snprintf(error, size, "%s%s", before, list);
	} else if (expected.n == 1 && expected.number != NULL) {
		put_range_error(error, size, expected.number);
	} else {
		snprintf(after, sizeof(after), ": expected %s", list);
		put_word_error(error, size, "unexpected ", line + place,
			word_length(masked + place), after);
	}
}

/*
 * Parsing, and what a command gets.
 */

static struct span
span_of(const struct args *args, unsigned int i)
{
	struct span span;

	memcpy(&span, args->result + (size_t)i * TOKEN_AREA, sizeof(span));
	return span;
}

/* Ends the words, and looks at the numbers' ranges. */
static int
finish(struct args *args, char *error, size_t size)
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
			!number_in_range(
				item, args->line + span.offset, span.len, &value)) {
			put_range_error(error, size, item);
			return -EINVAL;
		}
	}
	return 0;
}

int
grammar_parse(const char *line, size_t len,
	int (*call)(const struct command *command, const struct args *args, void *ctx),
	void *ctx, char *error, size_t size, bool *usage)
{
	char masked[GRAMMAR_LINE_MAX + 2];
	struct args args;
	int ret;

	*usage = false;
	if (len > GRAMMAR_LINE_MAX) {
		snprintf(error, size, "line is longer than %d bytes; nothing was done",
			GRAMMAR_LINE_MAX);
		*usage = true;
		return -EINVAL;
	}
	mask(masked, line, len);
	if (is_comment(line, len) || *skip_blanks(masked) == '\n')
		return 1;
	args.instance = NULL;
	memcpy(args.line, line, len);
	args.line[len] = '\0';

	grammar.line = masked;
	grammar.parsing = &args;
	ret = cmdline_parse(grammar.cl, masked);
	grammar.line = NULL;
	grammar.parsing = NULL;

	*usage = true;
	if (ret == CMDLINE_PARSE_AMBIGUOUS) {
		/* grammar_is_clear(): it cannot be */
		snprintf(error, size, "the line can be read in two ways: a bug in mpsh");
		return -EINVAL;
	}
	if (ret < 0 || args.instance == NULL) {
		explain(masked, args.line, error, size);
		return -EINVAL;
	}
	if (finish(&args, error, size) < 0)
		return -EINVAL;
	*usage = false;
	return call(args.instance->command, &args, ctx);
}

const struct command *
args_command(const struct args *args)
{
	return args->instance->command;
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

/* Which token is called name; the instance's n for none. */
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
	number_in_range(args->instance->tokens[i].item, args->line + span.offset,
		span.len, &value);
	return value;
}

/*
 * What may come.
 */

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
	if (is_comment(left, len))
		return true; /* nothing in it has a meaning */
	mask(masked, left, len);
	for (i = 0; i < grammar.n_instances; i++) {
		instance = instance_at(i);
		p = skip_blanks(masked);
		for (k = 0; k < instance->n; k++) {
			kind = instance->tokens[k].item->kind;
			if (kind == TEXT || kind == PAYLOAD)
				return true;
			n = *p == '\n' ? -1 : token_parse(instance, k, p);
			if (n < 0 || !is_blank(p[n]))
				break;
			p = skip_blanks(p + n);
		}
	}
	return false;
}

struct candidates {
	struct candidate *c;
	unsigned int n, max;
	const char *masked, *typed; /* the line left of the cursor, with a newline */
	size_t start;               /* of the partial word that they complete */
};

static void
add_candidate(struct candidates *list, const char *word, const char *help, bool literal)
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
	list->n++;
}

/* The first word of several commands: "timeout, json, monitor"; of one: its brief. */
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
			used = size; /* nothing after the dots */
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
	const struct command *command;

	if (i == 0)
		put_group_help(dst, size, instance->command);
	else if (i >= instance->name_words && item->kind == FIXED && item->next != NULL)
		snprintf(dst, size, item->next->kind == FIXED ? "%s" : "<%s>",
			item->next->name);
	else if (i < instance->name_words || item->kind == FIXED)
		snprintf(dst, size, "%s", instance->command->brief);
	else if (item->kind == COMMAND && (command = grammar_find(word)) != NULL)
		snprintf(dst, size, "%s", command->brief);
	else
		put_name(dst, size, item->name);
}

/* Can a live value, which may come from another process, be typed here and shown? */
static bool
value_fits(const struct instance *instance, unsigned int i, const char *value)
{
	char masked[VALUE_SIZE + 2], shown[TEXT_ESCAPED_SIZE(VALUE_SIZE)];
	size_t len = strlen(value);

	text_escape(shown, (const uint8_t *)value, len);
	if (len == 0 || strcmp(shown, value) != 0)
		return false;
	mask(masked, value, len);
	return token_parse(instance, i, masked) == (int)len;
}

/* Add what token i may be that begins with what is typed from start on. */
static void
offer(struct candidates *list, const struct instance *instance, unsigned int i,
	size_t start)
{
	size_t len = strlen(list->typed + start) - 1;
	cmdline_parse_token_hdr_t *hdr = header(instance, i);
	const struct item *item = item_of(hdr);
	char word[VALUE_SIZE], help[sizeof(list->c->help)];
	bool any = false;
	int k, n;

	if (start < list->start)
		return;
	if (start > list->start) {
		list->start = start;
		list->n = 0;
	}
	n = hdr->ops->complete_get_nb == NULL ? 0 : hdr->ops->complete_get_nb(hdr);
	for (k = 0; k < n; k++) {
		if (hdr->ops->complete_get_elt(hdr, k, word, sizeof(word)) < 0 ||
			strlen(word) >= sizeof(list->c->word) ||
			strncmp(word, list->typed + start, len) != 0 ||
			(item->kind != FIXED && !value_fits(instance, i, word)))
			continue;
		put_help(help, sizeof(help), instance, i, word);
		add_candidate(list, word, help, true);
		any = true;
	}
	if (item->kind == FIXED || any)
		return;
	/* What has no values, or none that begins so, but could be this. */
	if (len > 0 && token_parse(instance, i, list->masked + start) < 0)
		return;
	hdr->ops->get_help(hdr, help, sizeof(help));
	snprintf(word, sizeof(word), "<%s>", item->name);
	add_candidate(list, word, help, false);
}

/* The same for one instance; true when the line may end here. */
static bool
offer_instance(struct candidates *list, const struct instance *instance)
{
	const char *p = skip_blanks(list->masked);
	const char *end = list->masked + strlen(list->masked) - 1;
	const struct item *item;
	uint64_t value;
	unsigned int i;
	int n;

	for (i = 0; i < instance->n; i++) {
		item = instance->tokens[i].item;
		/* Without a blank before it, the next word cannot begin. */
		if (p == end && p != list->masked && !is_blank(p[-1]))
			return false;
		if (takes_rest(item->kind) || p + word_length(p) == end)
			offer(list, instance, i, p - list->masked);
		n = p == end ? -1 : token_parse(instance, i, p);
		if (n < 0)
			return false;
		if (item->kind == NUMBER && !number_in_range(item, p, n, &value))
			return false;
		p = skip_blanks(p + n);
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
	if (len > GRAMMAR_LINE_MAX || max == 0 || is_comment(left, len))
		return 0;
	mask(masked, left, len);
	memcpy(typed, left, len);
	memcpy(typed + len, "\n", 2);
	for (i = len; i > 0 && !is_blank(left[i - 1]); i--)
		++*partial;
	for (i = 0; i < grammar.n_instances; i++)
		if (offer_instance(&list, instance_at(i)))
			enter = true;
	if (list.n > 0)
		*partial = len - list.start;
	/* A word that only begins what it could be is to be completed: the shortest of
	 * those that begin so is the first.
	 */
	if (list.n > 0 && c[0].literal && strlen(c[0].word) > *partial && *partial > 0)
		enter = false;
	if (enter)
		add_candidate(&list, "<enter>", "the line may end here", false);
	return list.n;
}

/* Append str without the ranges of its numbers; false when buf is full. */
static bool
append_usage(char *buf, size_t size, const char *str)
{
	size_t used = strlen(buf);

	for (; *str != '\0'; str++) {
		/* Ranges are for errors and for '?', the mark of any word for nobody. */
		if (*str == ':' || *str == '!')
			str += strcspn(str, ">");
		if (used + 1 >= size)
			return false;
		buf[used++] = *str;
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

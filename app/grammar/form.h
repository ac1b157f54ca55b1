/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Parses the forms of commands (struct command) into items. Main thread. */

#ifndef MPSH_GRAMMAR_FORM_H
#define MPSH_GRAMMAR_FORM_H

#include <stdbool.h>
#include <stdint.h>

struct command;

#define PHRASE_SIZE 80

enum kind {
	FIXED,   /* a fixed word, or alternatives */
	WORD,    /* <peer> */
	NUMBER,  /* <n:1-63> */
	TEXT,    /* the rest of the line, blanks around it cut */
	PAYLOAD, /* the rest of the line, trailing blanks kept */
	COMMAND, /* as TEXT, but it must not begin with a number */
	NAME,    /* as TEXT, <file*> */
};

/* One blank-separated piece of a form. */
struct item {
	enum kind kind;
	char *name; /* "peer"; of a FIXED item as in the form, "ring|mp" */
	/*
	 * FIXED: for librte_cmdline, "ring#mp". PAYLOAD: the words that it does not begin
	 * with, as in "seconds#rate"; NULL: it may begin with any.
	 */
	char *str;
	bool any;     /* WORD: a fixed word is accepted too (<name!>) */
	char *values; /* COMMAND: the name of the values that complete it */
	uint64_t min, max;
	unsigned int min_tenths; /* added to min, if it may have a fraction */
	bool fraction; /* NUMBER: may have a fraction (<n:0-5.>) and counts billionths */
	unsigned int group;      /* the optional group, from 1; 0: in none */
	const struct item *next; /* the next item, if in the same group, or NULL */
};

/* A command's name and one of its forms. */
struct form {
	struct form *next;
	unsigned int name_words; /* how many items, the first, are the command's name */
	unsigned int groups;
	unsigned int n;
	struct item items[];
};

bool form_is_blank(char c);
const char *form_skip_blanks(const char *p);
bool form_is_fixed_word(const char *word, size_t len);

/* Is a word of len bytes in a list such as "ring#mp"? */
bool form_has_word(const char *list, const char *word, size_t len);

/*
 * Does the word begin like a number? A NUMBER token takes any such word, so that the
 * error can name the range.
 */
bool form_begins_number(const char *p);
bool form_number_in_range(
	const struct item *item, const char *p, size_t len, uint64_t *value);
bool form_takes_rest(enum kind kind);

/* Write a name with blanks for its '_'. */
void form_put_name(char *dst, size_t size, const char *name);

/* Write what an item is: "a peer", "an action", "a number (seconds)". */
void form_put_phrase(char *dst, size_t size, const struct item *item);
void form_put_range(char *dst, size_t size, const struct item *item);
void form_put_range_error(char *error, size_t size, const struct item *item);

/* Write why the len bytes at p are not the number that item asks for. */
void form_put_number_error(
	char *error, size_t size, const struct item *item, const char *p, size_t len);
void form_free(struct form *form);

/*
 * Make the form of a command from one string of its forms. Returns 0, -ENOMEM, or
 * -EINVAL for a malformed string. Even after an error the grammar owns the form, and
 * grammar_free() frees it.
 */
int form_new(const struct command *command, const char *str, struct form **result);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a command's usage line says, taken apart: its words, values and options. */

#ifndef MPSH_GRAMMAR_FORM_H
#define MPSH_GRAMMAR_FORM_H

#include <stdbool.h>
#include <stdint.h>

struct command;

#define PHRASE_SIZE 80

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

/* Is this a fixed word of any command (so no name of a process)? */
bool grammar_is_word(const char *word);
bool form_is_blank(char c);
const char *form_skip_blanks(const char *p);
bool form_is_fixed_word(const char *word, size_t len);

/* Does the word begin like a number? Then the error can say which numbers are right. */
bool form_begins_number(const char *p);
bool form_number_in_range(
	const struct item *item, const char *p, size_t len, uint64_t *value);
bool form_takes_rest(enum kind kind);

/* Names as people read them. */
void form_put_name(char *dst, size_t size, const char *name);

/* "a peer", "an action", "a number (seconds)" */
void form_put_phrase(char *dst, size_t size, const struct item *item);
void form_put_range_error(char *error, size_t size, const struct item *item);
void form_free(struct form *form);

/* The form is the grammar's at once, so that grammar_free() frees it. */
int form_new(const struct command *command, const char *str, struct form **result);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a command is: its words, its help, what it needs and what it runs. */

#ifndef MPSH_GRAMMAR_COMMAND_H
#define MPSH_GRAMMAR_COMMAND_H

#include <stdbool.h>

struct args;

/* A line of a batch holds up to this many bytes. */
#define GRAMMAR_LINE_MAX 4000

/* The longest fixed word, and what completion can insert. */
#define GRAMMAR_WORD_MAX 63

/* What a command needs; the console checks it before the command runs. */
#define COMMAND_NEEDS_HUB 0x1     /* not as a guest: "the primary is not mpsh" */
#define COMMAND_NEEDS_PRIMARY 0x2 /* "only the primary can do that" */
#define COMMAND_NEEDS_LIVE 0x4    /* "the primary is gone" after it left */

/*
 * One command. forms says how its words may follow the name, one string a form,
 * ended by NULL; an empty string: nothing follows. In a form, blank-separated:
 *
 *     word              a fixed word
 *     ring|mp           one of fixed words
 *     <peer>            a word that could be a peer: a number, or a name that is not
 *                       a word of the grammar. Likewise any <name> without range:
 *                       one word. <name!>: a word of the grammar will do too.
 *     <n:1-63>          a decimal number within the range; n names it in errors
 *                       ('_' as a blank)
 *     <text>            the rest of the line, blanks around it cut; last
 *     <payload>         the rest of the line, trailing blanks kept; last
 *     <command>         the rest of the line as the name of a command or a command
 *                       to run: like <text>, but completed, and it begins with no
 *                       number; last
 *     [via ring|mp]     optional; all optional groups of a form follow one another
 *                       and may come in any order; an optional <peer> comes first,
 *                       an optional <text> last. At most 5 besides these two.
 *
 * Names are distinct within a form. No line may fit two forms: "[via ring] [<text>]"
 * is refused.
 */
struct command {
	const char *name;  /* one or two words: "send", "set timeout" */
	const char *group; /* heading in help */
	const char *const *forms;
	const char *brief;   /* one line, no capital, no full stop */
	const char *detail;  /* limits and manners, may have lines, never NULL */
	const char *example; /* one line that can be typed */
	unsigned int needs;
	/* 0 or a negative errno: the error was printed */
	int (*run)(const struct args *args);
};

/*
 * Live values for completion: write the i-th value for a token named name ("peer",
 * "ring", "pool", "action", "command", …) into value; false when there is none (any
 * more). Values that could not be typed there or shown are not offered.
 */
typedef bool(grammar_values_t)(
	const char *name, unsigned int i, char *value, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a command is: its words, its help, what it needs and what it runs. */

#ifndef MPSH_GRAMMAR_COMMAND_H
#define MPSH_GRAMMAR_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct args;

/* The longest line in bytes, without the newline. */
#define GRAMMAR_LINE_MAX 4000

/* The longest fixed word, and the longest value that completion inserts, in bytes. */
#define GRAMMAR_WORD_MAX 63
#define GRAMMAR_VALUE_MAX 127

/* What a command needs; commands_may_run() checks these before the command runs. */
#define COMMAND_NEEDS_HUB 0x1     /* not as a guest: "the primary is not mpsh" */
#define COMMAND_NEEDS_PRIMARY 0x2 /* "only the primary can do that" */
#define COMMAND_NEEDS_LIVE 0x4    /* "the primary is gone" after it left */

/*
 * What a command can do without being in a group; the others need a member. A batch of
 * those that look, and of those that do with nothing, joins no group.
 */
#define COMMAND_LOOKS 0x8           /* looks from outside */
#define COMMAND_NEEDS_NO_GROUP 0x40 /* with it: looks at this host */
#define COMMAND_NEEDS_NOTHING 0x10  /* help and the like */
#define COMMAND_WORKS_OUTSIDE 0x20  /* works there, but a batch of it joins */
#define COMMAND_OUTSIDE (COMMAND_LOOKS | COMMAND_NEEDS_NOTHING | COMMAND_WORKS_OUTSIDE)

/*
 * One command. Each string in forms says which words may follow the name; the list
 * ends with NULL, and an empty string means that no word follows. A form has items,
 * separated by blanks:
 *
 *     word              a fixed word
 *     ring|mp           one of fixed words
 *     <peer>            any one word but a fixed word of any form; the same for
 *                       every other <name>
 *     <name!>           any one word
 *     <n:1-63>          a decimal number within the range; n names it in errors
 *                       ('_' as a blank)
 *     <n:0.1-60.>       the same, with a fraction of at most nine digits, and perhaps
 *                       one of one digit in the least; the value counts billionths
 *     <name*>           the rest of the line, blanks around it cut, with completion;
 *                       last
 *     <text>            the rest of the line, blanks around it cut; last; and so
 *                       <shell_command>
 *     <payload>         the rest of the line, trailing blanks kept; last; an optional
 *                       one does not begin with a word of the optional groups before it
 *     <command>         the rest of the line as the name of a command or a command
 *                       to run: as <text>, but with completion, and not beginning
 *                       with a number, nor with a fixed word that begins no command;
 *                       <command:values> is completed with other values; last
 *     [via ring|mp]     optional; all optional groups of a form follow one another
 *                       and may be typed in any order, but an optional <peer> comes
 *                       first and an optional <text> last. At most 5 other groups.
 *
 * Names are distinct within a form. No line may fit two forms: "[via ring] [<text>]"
 * is refused.
 */
struct command {
	const char *name;  /* one or two words: "send", "set timeout" */
	const char *group; /* heading in help */
	const char *const *forms;
	const char *brief;   /* one line, no capital, no full stop */
	const char *detail;  /* limits and behaviour, may have lines, never NULL */
	const char *example; /* one line that can be typed */
	unsigned int needs;
	/*
	 * NULL, or: can a line that the forms let pass be run at all, whatever the world
	 * is like? Else the line does not parse. Returns 0, or a negative errno with one
	 * line in error (no "error: "). Does nothing, prints nothing, and needs no EAL.
	 */
	int (*check)(const struct args *args, char *error, size_t size);
	/* Returns 0 or a negative errno; prints the error itself. */
	int (*run)(const struct args *args);
};

/*
 * Values for completion that exist now: write the i-th value for the token <name>
 * ("peer", "ring", "pool", "action", "command", …) into value. Returns false when there
 * is no i-th value. Completion leaves out values that cannot be typed or shown.
 * Of a <file*>, whose grammar_typed() may be a path, a value is what stands behind the
 * last '/' of that; one that ends with a '/' goes on.
 */
typedef bool(grammar_values_t)(
	const char *name, unsigned int i, char *value, size_t size);

#endif

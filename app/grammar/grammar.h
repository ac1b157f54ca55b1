/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The commands' grammar over librte_cmdline: one table of commands becomes cmdline
 * instances (optional words: one instance for each way to give them), and answers
 * what may come at a place, for completion, help and errors. Main thread.
 */

#ifndef MPSH_GRAMMAR_H
#define MPSH_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line of a batch holds up to this many bytes. */
#define GRAMMAR_LINE_MAX 4000

/* The longest fixed word, and what completion can insert. */
#define GRAMMAR_WORD_MAX 63

struct args;

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

/*
 * Make the instances of the n commands (the array is kept by reference). Returns 0 or
 * -ENOMEM, -EINVAL for a form that is none. values may be NULL.
 */
int grammar_init(
	const struct command *const commands[], size_t n, grammar_values_t *values);

/*
 * Does every line fit one instance at most? For the tests: a table never changes, and to
 * compare all its instances takes a ms.
 */
bool grammar_is_clear(void);

void grammar_free(void);

/* The commands, in the table's order; NULL after the last. */
const struct command *grammar_command(size_t i);

/* The command that a help argument names ("send", "mp request"), or NULL. */
const struct command *grammar_find(const char *name);

/* Is this a fixed word of any command (so no name of a process)? */
bool grammar_is_word(const char *word);

/*
 * Parse a line (len bytes, no newline, no NUL) with cmdline_parse() on a copy in which
 * '#' and control bytes other than tab are masked, and call call(command, args, ctx)
 * if it is a command. Returns what call returned; 1 for an empty line or a comment
 * (nothing called); -EINVAL with the one error line (without "error: ") in error when
 * it does not parse:
 *     unknown command sned: did you mean send?
 *     unexpected foo: expected ring or mp
 *     send needs a text
 *     timeout must be 1 to 3600000
 * and *usage true. What the line holds that is not printable is shown as
 * text_escape() does; a word too long for error is cut ("..."). call may parse again.
 */
int grammar_parse(const char *line, size_t len,
	int (*call)(const struct command *command, const struct args *args, void *ctx),
	void *ctx, char *error, size_t size, bool *usage);

/* The command that args belong to. */
const struct command *args_command(const struct args *args);

/* Was this form's fixed word (or option's first word) given? */
bool args_has(const struct args *args, const char *word);

/*
 * The bytes given for the token <name>, e.g. "text", or NULL with *len 0. Valid until
 * the command returns.
 */
const char *args_bytes(const struct args *args, const char *name, size_t *len);

/*
 * The word for <name>, NUL-terminated, or NULL. For alternatives ("ring|mp") name is
 * the whole of them. Valid until the command returns.
 */
const char *args_word(const struct args *args, const char *name);

/* The number for <name:…>, or otherwise when it was not given. */
uint64_t args_number(const struct args *args, const char *name, uint64_t otherwise);

/*
 * Is the end of left (len bytes) within a <text> or <payload>? True from the blank
 * after the word before it on, and in a comment.
 */
bool grammar_in_text(const char *left, size_t len);

/* One thing that may come. */
struct candidate {
	char word[GRAMMAR_WORD_MAX +
		1];    /* what completes, or "<seconds>" for what does not */
	char help[96]; /* the command's brief, or what the token is */
	bool literal;  /* word can be inserted */
};

/*
 * What may come at the end of left, beginning with the partial word there: at most max
 * candidates, sorted, no word twice, "<enter>" where the line may end (after a blank
 * or on a complete line whose last word is no mere beginning of a candidate).
 * *partial gets the length of the partial word (of a <command>, all that is typed of
 * it). Returns how many.
 */
unsigned int grammar_candidates(const char *left, size_t len, struct candidate *c,
	unsigned int max, size_t *partial);

/*
 * The usage lines of a command, one a form ("send <text>", "ping [<peer>] [via
 * ring|mp]"), ranges left out, into buf with newlines between; returns buf.
 */
char *grammar_usage(const struct command *command, char *buf, size_t size);

#endif

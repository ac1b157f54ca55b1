/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Words of the command line: read as numbers, quoted in errors, handed on to EAL. */

#ifndef MPSH_STARTUP_WORDS_H
#define MPSH_STARTUP_WORDS_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct options;

/* Neither mpsh nor EAL has more options. */
#define OPTIONS_MAX 128

/* A word quoted in an error is cut after that many bytes: the advice has to be seen. */
#define SHOWN_LENGTH 60

struct parse {
	struct options *options;
	char *error;
	size_t size;
	int argc;
	char **argv;
	int next; /* the word to be read */

	const char **words; /* for EAL: words of argv, then our defaults */
	size_t n_words;

	bool gave_allow;
	bool gave_block;
	bool gave_no_pci;
	bool gave_log_level;
	const char *proc_type; /* NULL: not given */
	const char *lcores;    /* the option that named the lcores, NULL: none */
	const char *memory;    /* the option that gave memory_mib */
	bool gave_service;
	int main_lcore;        /* -1: not given */
	cpu_set_t lcore_set;   /* with lcores */
	cpu_set_t service_set; /* with gave_service */
};

struct shown {
	char text[TEXT_ESCAPED_SIZE(SHOWN_LENGTH) + 3];
};

/* Write the one error line of the command line. Returns -EINVAL. */
int words_fail(struct parse *parse, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A word of the command line as an error may quote it. */
const char *words_show(struct shown *shown, const char *word);

/* Digits alone: no sign, no blanks. */
int words_number(const char *text, uint64_t min, uint64_t max, uint64_t *value);

/* The next word of argv, NULL at the end. */
const char *words_take(struct parse *parse);

/* Hand a word to EAL: the one that has just been read, or the value after it. */
void words_pass_to_eal(struct parse *parse, const char *word);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Words of the command line: takes them from argv, reads numbers, quotes them in errors,
 * and passes them on to EAL. */

#ifndef MPSH_STARTUP_WORDS_H
#define MPSH_STARTUP_WORDS_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct options;

/* Upper limit of mpsh's options and, separately, of EAL's. */
#define OPTIONS_MAX 128

/* Bytes of a word that an error quotes; the rest is cut, so that the advice is seen. */
#define SHOWN_LENGTH 60

/* The state of options_parse(). */
struct parse {
	struct options *options;
	char *error;
	size_t size; /* of error, in bytes */
	int argc;
	char **argv;
	int next; /* index in argv of the next word to read */

	const char **words; /* for EAL: words of argv, then mpsh's defaults */
	size_t n_words;

	bool gave_allow;
	bool gave_block;
	bool gave_no_pci;
	bool gave_log_level;
	const char *proc_type; /* NULL: not given */
	const char *lcores;    /* the option that named the lcores, NULL: none */
	const char *memory;    /* the option that gave memory_mib, NULL: none */
	bool gave_service;
	int main_lcore;        /* -1: not given */
	cpu_set_t lcore_set;   /* valid if lcores is not NULL */
	cpu_set_t service_set; /* service lcores; empty unless gave_service */
};

struct shown {
	char text[TEXT_ESCAPED_SIZE(SHOWN_LENGTH) + 3];
};

/* Write the error line of options_parse(). Returns -EINVAL. */
int words_fail(struct parse *parse, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Escape and cut word so that an error can quote it. Returns shown->text. */
const char *words_show(struct shown *shown, const char *word);

/* The next word of argv, NULL at the end. */
const char *words_take(struct parse *parse);

/* Add a word to those for EAL. Only the pointer is kept. */
void words_pass_to_eal(struct parse *parse, const char *word);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* mpsh's own options. */

#ifndef MPSH_STARTUP_OWN_OPTIONS_H
#define MPSH_STARTUP_OWN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "startup/options.h"
#include "startup/words.h"

enum own_id {
	OWN_FLAG, /* sets a bool of struct options */
	OWN_EXECUTE,
	OWN_FILE,
	OWN_TIMEOUT,
	OWN_NAME,
	OWN_MAX_PEERS,
	OWN_WAIT,
	OWN_OUTSIDE,
	OWN_DUMP_ON_DEATH,
};

struct own_option {
	const char *name;  /* the long name, without dashes */
	char letter;       /* 0: the option has no letter */
	const char *value; /* the value's name in help; NULL: the option takes no value */
	enum own_id id;
	size_t flag; /* of OWN_FLAG: offset of the bool in struct options */
};

/* The text of --help. */
const char *options_help(void);

/* Write the long names, without dashes, into names. Returns their number. */
size_t own_option_names(const char *names[OPTIONS_MAX]);

/* Find an option by the first length bytes of name, without dashes; NULL if none. */
const struct own_option *own_option_by_name(const char *name, size_t length);
const struct own_option *own_option_by_letter(char letter);

/* Add something to run. text is kept by reference. */
void own_option_add_source(struct options *options, bool is_file, const char *text);

/*
 * Apply the option to the options of parse. value is the text after '=', NULL without
 * one; then an option that needs a value takes the next word. Returns 0 or -EINVAL.
 */
int own_option_read(
	struct parse *parse, const struct own_option *option, const char *value);

#endif

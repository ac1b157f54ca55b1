/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* mpsh's own options. */

#ifndef MPSH_STARTUP_OWN_OPTIONS_H
#define MPSH_STARTUP_OWN_OPTIONS_H

#include <stddef.h>

#include "startup/words.h"

enum own_id {
	OWN_EXECUTE,
	OWN_FILE,
	OWN_INTERACTIVE,
	OWN_KEEP_GOING,
	OWN_JSON,
	OWN_TIMEOUT,
	OWN_NAME,
	OWN_MAX_PEERS,
	OWN_WAIT,
	OWN_POLL,
	OWN_NO_COLOR,
	OWN_DOCTOR,
	OWN_HELP,
	OWN_VERSION,
};

struct own_option {
	const char *name;  /* long */
	char letter;       /* 0: none */
	const char *value; /* what its value is called, NULL: takes none */
	enum own_id id;
};

/* The text of --help: usage, options, where to read on. */
const char *options_help(void);

/* The long names without their dashes, into names; returns how many. */
size_t own_option_names(const char *names[OPTIONS_MAX]);
const struct own_option *own_option_by_name(const char *name, size_t length);
const struct own_option *own_option_by_letter(char letter);
int own_option_read(
	struct parse *parse, const struct own_option *option, const char *value);

#endif

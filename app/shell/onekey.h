/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* How many bytes one key sends. */

#ifndef MPSH_SHELL_ONEKEY_H
#define MPSH_SHELL_ONEKEY_H

#include <stddef.h>

enum onekey {
	ONEKEY_PART,   /* more bytes are to come */
	ONEKEY_WHOLE,  /* a key */
	ONEKEY_PASTE,  /* the mark before something pasted */
	ONEKEY_ANSWER, /* no key: an answer of the terminal to a question */
};

/*
 * What the n bytes, at least one, begin with. *length gets its bytes, of a part all that
 * are there. Any thread.
 */
enum onekey onekey_look(const char *bytes, size_t n, size_t *length);

#endif

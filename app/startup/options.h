/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What was asked for on the command line. */

#ifndef MPSH_STARTUP_OPTIONS_H
#define MPSH_STARTUP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One -e or -f, in the order given. */
struct source {
	bool is_file;     /* -f: text is a path, "-" is standard input */
	const char *text; /* a word of argv */
};

enum role_wish {
	WISH_AUTO,
	WISH_PRIMARY,
	WISH_SECONDARY,
};

struct options {
	struct source *sources; /* heap; n_sources of them */
	size_t n_sources;
	bool interactive;
	bool keep_going;
	bool json;
	bool poll;
	bool no_color;
	bool doctor;
	bool help;
	bool version;
	uint32_t timeout_ms;
	const char *name; /* NULL without --name */
	unsigned int max_peers;
	uint64_t wait_s; /* -w; meaningful with has_wait */
	bool has_wait;

	/* Options of EAL that preflight needs, since it looks before EAL does. */
	enum role_wish wish;
	const char *file_prefix; /* "rte" when not given */
	const char *huge_dir;    /* NULL when not given */
	unsigned int n_lcores;   /* how many lcores EAL will have */
	uint64_t memory_mib;     /* -m or --socket-mem, 0 when not given */

	/*
	 * For rte_eal_init(), NULL-terminated. EAL moves the pointers about and writes
	 * into the strings, so they are copies on the heap.
	 */
	char **eal_argv;
	int eal_argc;
};

#endif

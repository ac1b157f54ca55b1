/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What was asked for on the command line. */

#ifndef MPSH_STARTUP_OPTIONS_H
#define MPSH_STARTUP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An option -e or -f, or the words behind the options. */
struct source {
	bool is_file;     /* true for -f: text is a path, or "-" for standard input */
	const char *text; /* points into argv, or to options.command */
};

enum role_wish {
	WISH_AUTO,
	WISH_PRIMARY,
	WISH_SECONDARY,
};

struct options {
	struct source *sources; /* on the heap, in the order given */
	size_t n_sources;
	char *command; /* the words behind the options, on the heap; NULL: none */
	bool interactive;
	bool quiet;
	bool echo;
	bool keep_going;
	bool json;
	bool poll;
	bool no_color;
	bool doctor;
	bool help;
	bool version;
	uint32_t timeout_ms;
	const char *outside;       /* what -o names, NULL without */
	const char *dump_on_death; /* a file, NULL without */
	const char *name;          /* NULL without --name */
	unsigned int max_peers;
	uint64_t wait_s; /* -w in seconds; valid if has_wait is true */
	bool has_wait;

	/* Values of EAL options that mpsh needs before rte_eal_init(). */
	enum role_wish wish;
	bool is_batch;           /* no prompt comes: WISH_AUTO founds no group */
	const char *file_prefix; /* "rte" when not given */
	bool has_file_prefix;
	bool has_proc_type;
	const char *huge_dir;  /* NULL when not given */
	unsigned int n_lcores; /* lcores that EAL will have, without service lcores */
	uint64_t memory_mib;   /* -m or --socket-mem in MiB, 0 when not given */
	bool log_help;         /* --log-level=help */
	bool eal_version;      /* -v */

	/*
	 * For rte_eal_init(), NULL-terminated. The array and its strings are copies on
	 * the heap, since EAL reorders the pointers and writes into the strings.
	 */
	char **eal_argv;
	int eal_argc;
};

#endif

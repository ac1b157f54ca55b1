/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * EAL's own options: which there are, which take a value, and what mpsh has to know of
 * them.
 */

#ifndef MPSH_STARTUP_EAL_OPTIONS_H
#define MPSH_STARTUP_EAL_OPTIONS_H

#include <stddef.h>

#include "startup/words.h"

/* --proc-type, --no-pci, --lcores and its value, --log-level. */
#define MAX_DEFAULTS 5

/* Options of EAL whose value mpsh must know; the others are EAL_OTHER. */
enum eal_id {
	EAL_OTHER,
	EAL_ALLOW,
	EAL_BLOCK,
	EAL_NO_PCI,
	EAL_CORE_LIST,
	EAL_CORE_MASK,
	EAL_CORE_MAP,
	EAL_SERVICE_LIST,
	EAL_SERVICE_MASK,
	EAL_MAIN_LCORE,
	EAL_PROC_TYPE,
	EAL_LOG_LEVEL,
	EAL_FILE_PREFIX,
	EAL_HUGE_DIR,
	EAL_HUGE_UNLINK,
	EAL_MEMORY,
	EAL_SOCKET_MEM,
	EAL_NO_PROCESSES, /* turns multi-process off */
};

enum takes {
	TAKES_NONE,
	TAKES_VALUE,
	TAKES_OPTIONAL, /* only as --option=value */
};

struct eal_option {
	const char *name; /* with its dashes: --lcores, -l */
	enum takes takes;
	enum eal_id id;
};

/* value is NULL for an option without one. */
int eal_option_apply(
	struct parse *parse, const struct eal_option *option, const char *value);

/* The long names without their dashes, into names; returns how many. */
size_t eal_option_names(const char *names[OPTIONS_MAX]);

/* name with its dashes, of which length bytes count. */
const struct eal_option *eal_option_by_name(const char *name, size_t length);
const struct eal_option *eal_option_by_letter(char letter);

/*
 * Check that EAL has two lcores for functions: service lcores are none, but for the
 * main lcore, which stays one (eal_adjust_config()).
 */
int eal_option_count_lcores(struct parse *parse);

#endif

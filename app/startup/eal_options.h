/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * EAL's options: their names, whether they take a value, and what mpsh must know of their
 * values.
 */

#ifndef MPSH_STARTUP_EAL_OPTIONS_H
#define MPSH_STARTUP_EAL_OPTIONS_H

#include <stddef.h>

#include "startup/words.h"

/* Words that mpsh adds for EAL: --proc-type, --no-pci, --lcores and its value,
 * --log-level. */
#define MAX_DEFAULTS 5

/* The EAL options that mpsh must know; all others are EAL_OTHER. */
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
	EAL_VERSION,
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

/* The levels of --log-level, from 1 on. */
#define EAL_LOG_LEVELS 8
extern const char *const eal_log_levels[EAL_LOG_LEVELS];

/* Check the option's value (NULL without one) and store it. Returns 0 or -EINVAL. */
int eal_option_apply(
	struct parse *parse, const struct eal_option *option, const char *value);

/* Write the long names, without dashes, into names. Returns their number. */
size_t eal_option_names(const char *names[OPTIONS_MAX]);

/* Find an option by the first length bytes of name, which include the dashes. Returns
 * NULL if there is none. */
const struct eal_option *eal_option_by_name(const char *name, size_t length);
const struct eal_option *eal_option_by_letter(char letter);

/*
 * Check that at least two lcores remain that are not service lcores, and store their
 * number. The main lcore is never a service lcore (eal_adjust_config() in
 * eal_common_options.c). Returns 0 or -EINVAL.
 */
int eal_option_count_lcores(struct parse *parse);

#endif

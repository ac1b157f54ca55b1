/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * EAL's options: their names, whether they take a value, and what mpsh must know of their
 * values.
 */

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <rte_common.h>
#include <rte_config.h>

#include "base/compat.h"
#include "base/text.h"
#include "startup/eal_options.h"
#include "startup/lcores.h"
#include "startup/options.h"
#include "startup/words.h"

/*
 * All options of EAL (lib/eal/common/eal_common_options.c). The table tells which words
 * are values of EAL options, and finds unknown options before EAL does, which would print
 * 5.5 KB of usage (fact 8 of app/README.md).
 */
static const struct eal_option eal_options[] = {
	/* Each macro is some rows; clang-format would join it with the next row. */
	/* clang-format off */
	COMPAT_EAL_OPTIONS_24_11
	COMPAT_EAL_OPTIONS_25_11
	/* clang-format on */
	{ "--allow", TAKES_VALUE, EAL_ALLOW },
	{ "-a", TAKES_VALUE, EAL_ALLOW },
	{ "--block", TAKES_VALUE, EAL_BLOCK },
	{ "-b", TAKES_VALUE, EAL_BLOCK },
	{ "-c", TAKES_VALUE, EAL_CORE_MASK },
	{ "-d", TAKES_VALUE, EAL_OTHER },
	{ "-l", TAKES_VALUE, EAL_CORE_LIST },
	{ "-m", TAKES_VALUE, EAL_MEMORY },
	{ "-n", TAKES_VALUE, EAL_OTHER },
	{ "-r", TAKES_VALUE, EAL_OTHER },
	{ "-s", TAKES_VALUE, EAL_SERVICE_MASK },
	{ "-S", TAKES_VALUE, EAL_SERVICE_LIST },
	{ "-v", TAKES_NONE, EAL_VERSION },
	{ "--base-virtaddr", TAKES_VALUE, EAL_OTHER },
	{ "--create-uio-dev", TAKES_NONE, EAL_OTHER },
	{ "--file-prefix", TAKES_VALUE, EAL_FILE_PREFIX },
	{ "--force-max-simd-bitwidth", TAKES_VALUE, EAL_OTHER },
	{ "--huge-dir", TAKES_VALUE, EAL_HUGE_DIR },
	{ "--huge-unlink", TAKES_OPTIONAL, EAL_HUGE_UNLINK },
	{ "--huge-worker-stack", TAKES_OPTIONAL, EAL_OTHER },
	{ "--in-memory", TAKES_NONE, EAL_NO_PROCESSES },
	{ "--iova-mode", TAKES_VALUE, EAL_OTHER },
	{ "--lcores", TAKES_VALUE, EAL_CORE_MAP },
	{ "--legacy-mem", TAKES_NONE, EAL_OTHER },
	{ "--log-level", TAKES_VALUE, EAL_LOG_LEVEL },
	{ "--main-lcore", TAKES_VALUE, EAL_MAIN_LCORE },
	{ "--match-allocations", TAKES_NONE, EAL_OTHER },
	{ "--mbuf-pool-ops-name", TAKES_VALUE, EAL_OTHER },
	{ "--no-hpet", TAKES_NONE, EAL_OTHER },
	{ "--no-huge", TAKES_NONE, EAL_NO_PROCESSES },
	{ "--no-pci", TAKES_NONE, EAL_NO_PCI },
	{ "--no-shconf", TAKES_NONE, EAL_NO_PROCESSES },
	{ "--no-telemetry", TAKES_NONE, EAL_OTHER },
	{ "--proc-type", TAKES_VALUE, EAL_PROC_TYPE },
	{ "--single-file-segments", TAKES_NONE, EAL_OTHER },
	{ "--socket-limit", TAKES_VALUE, EAL_OTHER },
	{ "--socket-mem", TAKES_VALUE, EAL_SOCKET_MEM },
	{ "--syslog", COMPAT_SYSLOG_TAKES, EAL_OTHER },
	{ "--telemetry", TAKES_NONE, EAL_OTHER },
	{ "--trace", TAKES_VALUE, EAL_OTHER },
	{ "--trace-bufsz", TAKES_VALUE, EAL_OTHER },
	{ "--trace-dir", TAKES_VALUE, EAL_OTHER },
	{ "--trace-mode", TAKES_VALUE, EAL_OTHER },
	{ "--vdev", TAKES_VALUE, EAL_OTHER },
	{ "--vfio-intr", TAKES_VALUE, EAL_OTHER },
	{ "--vfio-vf-token", TAKES_VALUE, EAL_OTHER },
	{ "--vmware-tsc-map", TAKES_NONE, EAL_OTHER },
};

/* Check that all CPUs exist and that all lcores are below RTE_MAX_LCORE. */
static int
check_lcores(struct parse *parse, const char *option, const char *value,
	const cpu_set_t *lcores, const cpu_set_t *cpus)
{
	struct shown shown;
	unsigned int i;

	for (i = 0; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, cpus) && !lcores_cpu_exists(i))
			return words_fail(parse, "%s %s: this machine has no CPU %u",
				option, words_show(&shown, value), i);
	}
	for (i = RTE_MAX_LCORE; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, lcores))
			return words_fail(parse,
				"%s %s: lcore %u is too high, the highest is %d; "
				"--lcores '0@%u' puts a lower one on that CPU",
				option, words_show(&shown, value), i, RTE_MAX_LCORE - 1,
				i);
	}
	return 0;
}

static int
set_lcores(struct parse *parse, const struct eal_option *option, const char *value)
{
	struct shown shown;
	cpu_set_t cpus;

	/* EAL logs that it ignores the second option, and yet rte_eal_init() fails. */
	if (parse->lcores != NULL)
		return words_fail(parse,
			"%s: %s has named the lcores already, give one of them",
			option->name, parse->lcores);
	parse->lcores = option->name;

	switch (option->id) {
	case EAL_CORE_LIST:
		if (lcores_parse_list(value, &parse->lcore_set) < 0)
			return words_fail(parse,
				"%s %s: expected a list of lcores such as 0-1",
				option->name, words_show(&shown, value));
		cpus = parse->lcore_set;
		break;
	case EAL_CORE_MASK:
		if (lcores_parse_mask(value, &parse->lcore_set) < 0)
			return words_fail(parse,
				"%s %s: expected a mask of lcores such as 0x3",
				option->name, words_show(&shown, value));
		cpus = parse->lcore_set;
		break;
	default:
		if (lcores_parse_map(value, &parse->lcore_set, &cpus) < 0)
			return words_fail(parse,
				"%s %s: expected lcores such as '(0-1)@0'", option->name,
				words_show(&shown, value));
		break;
	}
	return check_lcores(parse, option->name, value, &parse->lcore_set, &cpus);
}

static int
set_service(struct parse *parse, const struct eal_option *option, const char *value)
{
	struct shown shown;
	cpu_set_t set;

	if (option->id == EAL_SERVICE_LIST ? lcores_parse_list(value, &set) < 0
					   : lcores_parse_mask(value, &set) < 0)
		return words_fail(parse, "%s %s: expected %s", option->name,
			words_show(&shown, value),
			option->id == EAL_SERVICE_LIST ? "a list of lcores such as 2-3"
						       : "a mask of lcores such as 0xc");
	CPU_OR(&parse->service_set, &parse->service_set, &set);
	parse->gave_service = true;
	return check_lcores(parse, option->name, value, &set, &set);
}

static int
set_memory(struct parse *parse, const struct eal_option *option, const char *value)
{
	struct options *options = parse->options;
	uint64_t node;
	char *end;

	if (parse->memory != NULL && strcmp(parse->memory, option->name) != 0)
		return words_fail(parse,
			"%s: %s has set the memory already, give one of them",
			option->name, parse->memory);
	parse->memory = option->name;
	if (option->id == EAL_MEMORY) {
		if (text_number(value, 0, INT32_MAX, &options->memory_mib) < 0)
			return words_fail(parse, "-m needs a number of MiB: -m 64");
		return 0;
	}

	/* --socket-mem: one number of MiB for each NUMA node, which may be 0. */
	options->memory_mib = 0;
	for (;;) {
		if (!isdigit((unsigned char)*value))
			break;
		errno = 0;
		node = strtoull(value, &end, 10);
		if (errno != 0 || node > INT32_MAX || (*end != ',' && *end != '\0'))
			break;
		options->memory_mib += node;
		if (*end == '\0')
			return 0;
		value = end + 1;
	}
	return words_fail(
		parse, "--socket-mem needs MiB for each NUMA node: --socket-mem 64,0");
}

const char *const eal_log_levels[EAL_LOG_LEVELS] = { "emergency", "alert", "critical",
	"error", "warning", "notice", "info", "debug" };

/* As EAL takes it: [TYPE:]LEVEL, the beginning of a level's name or a number. */
static int
set_log_level(struct parse *parse, const char *value)
{
	const char *level = value + strcspn(value, ",:");
	struct shown shown;
	unsigned int i;
	char *end;

	level = *level == '\0' ? value : level + 1;
	parse->gave_log_level = true;
	if (strcmp(value, "help") == 0) {
		parse->options->log_help = true;
		return 0;
	}
	errno = 0;
	if (isdigit((unsigned char)*level) && strtoul(level, &end, 0) < UINT32_MAX &&
		errno == 0 && *end == '\0')
		return 0;
	for (i = 0; *level != '\0' && i < EAL_LOG_LEVELS; i++)
		if (strncmp(eal_log_levels[i], level, strlen(level)) == 0)
			return 0;
	return words_fail(parse,
		"unexpected log-level %s: expected a level or TYPE:LEVEL, which "
		"--log-level=help lists",
		words_show(&shown, value));
}

static int
set_proc_type(struct parse *parse, const char *value)
{
	struct shown shown;

	/* EAL ignores case here, too. */
	if (strcasecmp(value, "auto") == 0)
		parse->options->wish = WISH_AUTO;
	else if (strcasecmp(value, "primary") == 0)
		parse->options->wish = WISH_PRIMARY;
	else if (strcasecmp(value, "secondary") == 0)
		parse->options->wish = WISH_SECONDARY;
	else
		return words_fail(parse,
			"unexpected proc-type %s: expected auto, primary "
			"or secondary",
			words_show(&shown, value));
	parse->proc_type = value;
	parse->options->has_proc_type = true;
	return 0;
}

/* A secondary cannot map hugepage files that have been unlinked. */
static int
check_huge_unlink(struct parse *parse, const char *value)
{
	if (value == NULL || strcmp(value, "always") == 0)
		return words_fail(
			parse, "--huge-unlink has no multi-process: leave it out");
	if (strcmp(value, "existing") != 0 && strcmp(value, "never") != 0)
		return words_fail(parse, "--huge-unlink must be existing or never");
	return 0;
}

int
eal_option_apply(struct parse *parse, const struct eal_option *option, const char *value)
{
	struct options *options = parse->options;
	uint64_t number;

	switch (option->id) {
	case EAL_OTHER:
		break;
	case EAL_ALLOW:
		parse->gave_allow = true;
		break;
	case EAL_BLOCK:
		parse->gave_block = true;
		break;
	case EAL_NO_PCI:
		parse->gave_no_pci = true;
		break;
	case EAL_CORE_LIST:
	case EAL_CORE_MASK:
	case EAL_CORE_MAP:
		return set_lcores(parse, option, value);
	case EAL_SERVICE_LIST:
	case EAL_SERVICE_MASK:
		return set_service(parse, option, value);
	case EAL_MAIN_LCORE:
		if (text_number(value, 0, RTE_MAX_LCORE - 1, &number) < 0)
			return words_fail(
				parse, "main-lcore must be 0 to %d", RTE_MAX_LCORE - 1);
		parse->main_lcore = number;
		break;
	case EAL_PROC_TYPE:
		return set_proc_type(parse, value);
	case EAL_LOG_LEVEL:
		return set_log_level(parse, value);
	case EAL_FILE_PREFIX:
		if (value[0] == '\0' || strpbrk(value, "%/") != NULL)
			return words_fail(parse,
				"file-prefix must be a part of a file name, "
				"without '/' and '%%'");
		options->file_prefix = value;
		options->has_file_prefix = true;
		break;
	case EAL_HUGE_DIR:
		if (value[0] == '\0')
			return words_fail(parse, "--huge-dir needs a directory");
		options->huge_dir = value;
		break;
	case EAL_HUGE_UNLINK:
		return check_huge_unlink(parse, value);
	case EAL_MEMORY:
	case EAL_SOCKET_MEM:
		return set_memory(parse, option, value);
	case EAL_VERSION:
		options->eal_version = true;
		break;
	case EAL_NO_PROCESSES:
		return words_fail(
			parse, "%s has no multi-process: leave it out", option->name);
	}
	return 0;
}

size_t
eal_option_names(const char *names[OPTIONS_MAX])
{
	size_t n = 0, i;

	RTE_BUILD_BUG_ON(RTE_DIM(eal_options) > OPTIONS_MAX);
	for (i = 0; i < RTE_DIM(eal_options); i++) {
		if (eal_options[i].name[1] == '-')
			names[n++] = eal_options[i].name + 2;
	}
	return n;
}

const struct eal_option *
eal_option_by_name(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < RTE_DIM(eal_options); i++) {
		if (strlen(eal_options[i].name) == length &&
			memcmp(eal_options[i].name, name, length) == 0)
			return &eal_options[i];
	}
	return NULL;
}

const struct eal_option *
eal_option_by_letter(char letter)
{
	const char name[] = { '-', letter };

	return eal_option_by_name(name, sizeof(name));
}

int
eal_option_count_lcores(struct parse *parse)
{
	cpu_set_t lcores, service = parse->service_set;
	unsigned int i, main_lcore = 0;

	if (parse->lcores != NULL) {
		lcores = parse->lcore_set;
	} else if (parse->gave_service) {
		lcores_own_cpus(&lcores);
		for (i = RTE_MAX_LCORE; i < CPU_SETSIZE; i++)
			CPU_CLR(i, &lcores);
	} else {
		CPU_ZERO(&lcores);
		CPU_SET(0, &lcores);
		CPU_SET(1, &lcores);
	}

	if (parse->main_lcore >= 0) {
		main_lcore = parse->main_lcore;
		if (!CPU_ISSET(main_lcore, &lcores))
			return words_fail(parse, "main-lcore %u is not among the lcores",
				main_lcore);
	} else {
		while (main_lcore < RTE_MAX_LCORE - 1 && !CPU_ISSET(main_lcore, &lcores))
			main_lcore++;
	}
	CPU_CLR(main_lcore, &service);
	CPU_AND(&service, &service, &lcores);
	parse->options->n_lcores = CPU_COUNT(&lcores) - CPU_COUNT(&service);
	if (parse->options->n_lcores < 2)
		return words_fail(parse,
			"mpsh needs two lcores, one for the prompt and one for the "
			"rings: give -l 0-1 or --lcores '0@0,1@0'");
	return 0;
}

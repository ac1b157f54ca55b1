/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* cpu_set_t, asprintf() */
#endif

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_config.h>

#include "base/compat.h"
#include "base/nearest.h"
#include "base/text.h"
#include "message/name.h"
#include "startup/command_line.h"

/* Of mpsh, or of EAL, there are fewer. */
#define OPTIONS_MAX 128

#define WAIT_MAX_S 86400

/* --proc-type, --no-pci, --lcores and its value, --log-level. */
#define MAX_DEFAULTS 5

/* A machine can have more CPUs than a cpu_set_t; EAL knows only those in one. */
#define CPU_SETS 16

/* A word quoted in an error is cut after that many bytes: the advice has to be seen. */
#define SHOWN_LENGTH 60

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

static const struct own_option own_options[] = {
	{ "execute", 'e', "CMD", OWN_EXECUTE },
	{ "file", 'f', "FILE", OWN_FILE },
	{ "interactive", 'i', NULL, OWN_INTERACTIVE },
	{ "keep-going", 'k', NULL, OWN_KEEP_GOING },
	{ "json", 'j', NULL, OWN_JSON },
	{ "timeout", 't', "MS", OWN_TIMEOUT },
	{ "name", 0, "NAME", OWN_NAME },
	{ "max-peers", 0, "N", OWN_MAX_PEERS },
	{ "wait", 'w', "SECONDS", OWN_WAIT },
	{ "poll", 0, NULL, OWN_POLL },
	{ "no-color", 0, NULL, OWN_NO_COLOR },
	{ "doctor", 0, NULL, OWN_DOCTOR },
	{ "help", 'h', NULL, OWN_HELP },
	{ "version", 'V', NULL, OWN_VERSION },
};

/* What mpsh has to know of an EAL option beyond that it is one. */
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

/*
 * The options of EAL (lib/eal/common/eal_common_options.c). A value that EAL
 * takes is not to be mistaken for an option of ours, and an option that it does
 * not have is to be found here: EAL would print 5.5 KB of usage (TRAPS 3).
 */
static const struct eal_option eal_options[] = {
	/* Macros of whole rows, which it would join with the next one. */
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
	{ "-v", TAKES_NONE, EAL_OTHER },
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

static int words_fail(struct parse *parse, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int
words_fail(struct parse *parse, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(parse->error, parse->size, format, args);
	va_end(args);
	return -EINVAL;
}

struct shown {
	char text[TEXT_ESCAPED_SIZE(SHOWN_LENGTH) + 3];
};

/* A word of the command line as an error may quote it. */
static const char *
words_show(struct shown *shown, const char *word)
{
	size_t length = strlen(word), end;

	if (length <= SHOWN_LENGTH) {
		text_escape(shown->text, (const uint8_t *)word, length);
	} else {
		end = text_escape(shown->text, (const uint8_t *)word, SHOWN_LENGTH);
		memcpy(shown->text + end, "...", 4);
	}
	return shown->text;
}

/* Digits alone: no sign, no blanks. */
static int
words_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || *value < min || *value > max)
		return -EINVAL;
	return 0;
}

static int
set_name(struct parse *parse, const char *name)
{
	struct shown shown;

	if (name_check(name) < 0)
		return words_fail(parse,
			"name %s cannot be had: give 1 to %d characters, a letter "
			"first, then letters, digits, '_', '.', '-'; not primary, guest, "
			"simple_mp, error, reply, all or secondary-...",
			name[0] == '\0' ? "''" : words_show(&shown, name),
			NAME_MAX_LENGTH);
	parse->options->name = name;
	return 0;
}

static void
add_source(struct options *options, bool is_file, const char *text)
{
	struct source *source = &options->sources[options->n_sources++];

	source->is_file = is_file;
	source->text = text;
}

static int
apply_own(struct parse *parse, const struct own_option *option, const char *value)
{
	struct options *options = parse->options;
	uint64_t number;

	switch (option->id) {
	case OWN_EXECUTE:
		add_source(options, false, value);
		break;
	case OWN_FILE:
		if (value[0] == '\0')
			return words_fail(parse,
				"--file needs a value: --file FILE, "
				"or - for standard input");
		add_source(options, true, value);
		break;
	case OWN_INTERACTIVE:
		options->interactive = true;
		break;
	case OWN_KEEP_GOING:
		options->keep_going = true;
		break;
	case OWN_JSON:
		options->json = true;
		break;
	case OWN_TIMEOUT:
		if (words_number(value, 1, TIMEOUT_MAX_MS, &number) < 0)
			return words_fail(
				parse, "timeout must be 1 to %d", TIMEOUT_MAX_MS);
		options->timeout_ms = number;
		break;
	case OWN_NAME:
		return set_name(parse, value);
	case OWN_MAX_PEERS:
		if (words_number(value, 1, PEERS_MAX, &number) < 0)
			return words_fail(parse, "max-peers must be 1 to %d", PEERS_MAX);
		options->max_peers = number;
		break;
	case OWN_WAIT:
		if (words_number(value, 0, WAIT_MAX_S, &number) < 0)
			return words_fail(parse, "wait must be 0 to %d", WAIT_MAX_S);
		options->wait_s = number;
		options->has_wait = true;
		break;
	case OWN_POLL:
		options->poll = true;
		break;
	case OWN_NO_COLOR:
		options->no_color = true;
		break;
	case OWN_DOCTOR:
		options->doctor = true;
		break;
	case OWN_HELP:
		options->help = true;
		break;
	case OWN_VERSION:
		options->version = true;
		break;
	}
	return 0;
}

/*
 * The three parsers below read what EAL's read (eal_parse_corelist(),
 * rte_eal_parse_coremask(), eal_parse_lcores()) and are a little stricter, so that
 * what they let through does not make EAL print its usage. They return 0 or -EINVAL.
 */

static const char *
skip_blanks(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

/* A number below CPU_SETSIZE, blanks around it. NULL: there is none. */
static const char *
parse_cpu(const char *text, unsigned int *cpu)
{
	unsigned long number;
	char *end;

	text = skip_blanks(text);
	if (!isdigit((unsigned char)*text))
		return NULL;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno != 0 || number >= CPU_SETSIZE)
		return NULL;
	*cpu = number;
	return skip_blanks(end);
}

/*
 * N or N-M, added to set. NULL: it is neither. To EAL, 3-2 is nothing in a list and
 * 2-3 in a map of lcores.
 */
static const char *
parse_range(const char *text, cpu_set_t *set, bool in_map)
{
	unsigned int first, last, swap;

	text = parse_cpu(text, &first);
	if (text == NULL)
		return NULL;
	last = first;
	if (*text == '-') {
		text = parse_cpu(text + 1, &last);
		if (text == NULL)
			return NULL;
	}
	if (first > last) {
		if (!in_map)
			return NULL;
		swap = first;
		first = last;
		last = swap;
	}
	for (; first <= last; first++)
		CPU_SET(first, set);
	return text;
}

/* Ranges with commas between: 0,2-3. Returns where they end, NULL: there are none. */
static const char *
parse_ranges(const char *text, cpu_set_t *set, bool in_map)
{
	for (;;) {
		text = parse_range(text, set, in_map);
		if (text == NULL || *text != ',')
			return text;
		text++;
	}
}

static int
lcores_parse_list(const char *text, cpu_set_t *set)
{
	CPU_ZERO(set);
	text = parse_ranges(text, set, false);
	return text != NULL && *text == '\0' ? 0 : -EINVAL;
}

static int
lcores_parse_mask(const char *text, cpu_set_t *set)
{
	unsigned int cpu = 0, digit, bit;
	size_t length;
	char c;

	CPU_ZERO(set);
	text = skip_blanks(text);
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	length = strlen(text);
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	while (length > 0) {
		c = text[--length];
		if (!isxdigit((unsigned char)c))
			return -EINVAL;
		digit = isdigit((unsigned char)c) ? c - '0' : tolower(c) - 'a' + 10;
		for (bit = 0; bit < 4; bit++, cpu++) {
			if ((digit & 1u << bit) == 0)
				continue;
			if (cpu >= CPU_SETSIZE)
				return -EINVAL;
			CPU_SET(cpu, set);
		}
	}
	return CPU_COUNT(set) > 0 ? 0 : -EINVAL;
}

/* N, N-M or (0,2-3). Returns where it ends, NULL: it is none of them. */
static const char *
parse_group(const char *text, cpu_set_t *set)
{
	CPU_ZERO(set);
	text = skip_blanks(text);
	if (*text != '(')
		return parse_range(text, set, true);
	text = parse_ranges(text + 1, set, true);
	if (text == NULL || *text != ')')
		return NULL;
	return skip_blanks(text + 1);
}

/* LCORES[@CPUS],...; CPUs that are not given are those of the same numbers. */
static int
lcores_parse_map(const char *text, cpu_set_t *lcores, cpu_set_t *cpus)
{
	const char *start;
	cpu_set_t group;

	CPU_ZERO(lcores);
	CPU_ZERO(cpus);
	for (;;) {
		start = skip_blanks(text);
		text = parse_group(text, &group);
		if (text == NULL)
			return -EINVAL;
		/* EAL refuses 0-1@0, but takes (0-1)@0. */
		if (*text == '@' && *start != '(' && CPU_COUNT(&group) > 1)
			return -EINVAL;
		CPU_OR(lcores, lcores, &group);
		if (*text == '@') {
			text = parse_group(text + 1, &group);
			if (text == NULL)
				return -EINVAL;
		}
		CPU_OR(cpus, cpus, &group);
		if (*text == '\0')
			return 0;
		if (*text != ',')
			return -EINVAL;
		text++;
	}
}

/* EAL asks the same file (lib/eal/linux/eal_lcore.c). */
static bool
lcores_cpu_exists(unsigned int cpu)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/topology/core_id",
		cpu);
	return access(path, F_OK) == 0;
}

/* Do all CPUs exist, and has EAL room for all lcores? */
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

	/* EAL: "Option -l is ignored" and yet the end of the start. */
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
		if (words_number(value, 0, INT32_MAX, &options->memory_mib) < 0)
			return words_fail(parse, "-m needs a number of MiB: -m 64");
		return 0;
	}

	/* One number for each NUMA node, any of them 0. */
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

static int
set_proc_type(struct parse *parse, const char *value)
{
	struct shown shown;

	/* EAL does not mind capitals either. */
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
	return 0;
}

/* value is NULL for an option without one. */
static int
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
		if (words_number(value, 0, RTE_MAX_LCORE - 1, &number) < 0)
			return words_fail(
				parse, "main-lcore must be 0 to %d", RTE_MAX_LCORE - 1);
		parse->main_lcore = number;
		break;
	case EAL_PROC_TYPE:
		return set_proc_type(parse, value);
	case EAL_LOG_LEVEL:
		parse->gave_log_level = true;
		break;
	case EAL_FILE_PREFIX:
		if (value[0] == '\0' || strpbrk(value, "%/") != NULL)
			return words_fail(parse,
				"file-prefix must be a part of a file name, "
				"without '/' and '%%'");
		options->file_prefix = value;
		break;
	case EAL_HUGE_DIR:
		if (value[0] == '\0')
			return words_fail(parse, "--huge-dir needs a directory");
		options->huge_dir = value;
		break;
	case EAL_HUGE_UNLINK:
		/* Files that are gone cannot be mapped by a second process. */
		if (value == NULL || strcmp(value, "always") == 0)
			return words_fail(parse,
				"--huge-unlink has no multi-process: leave it out");
		if (strcmp(value, "existing") != 0 && strcmp(value, "never") != 0)
			return words_fail(
				parse, "--huge-unlink must be existing or never");
		break;
	case EAL_MEMORY:
	case EAL_SOCKET_MEM:
		return set_memory(parse, option, value);
	case EAL_NO_PROCESSES:
		return words_fail(
			parse, "%s has no multi-process: leave it out", option->name);
	}
	return 0;
}

/* The long names without their dashes, into names; returns how many. */
static size_t
own_option_names(const char *names[OPTIONS_MAX])
{
	size_t n = 0, i;

	for (i = 0; i < RTE_DIM(own_options); i++)
		names[n++] = own_options[i].name;
	return n;
}

/* The long names without their dashes, into names; returns how many. */
static size_t
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

static const struct own_option *
own_option_by_name(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < RTE_DIM(own_options); i++) {
		if (strlen(own_options[i].name) == length &&
			memcmp(own_options[i].name, name, length) == 0)
			return &own_options[i];
	}
	return NULL;
}

static const struct own_option *
own_option_by_letter(char letter)
{
	size_t i;

	for (i = 0; letter != '\0' && i < RTE_DIM(own_options); i++) {
		if (own_options[i].letter == letter)
			return &own_options[i];
	}
	return NULL;
}

/* name with its dashes, of which length bytes count. */
static const struct eal_option *
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

static const struct eal_option *
eal_option_by_letter(char letter)
{
	const char name[] = { '-', letter };

	return eal_option_by_name(name, sizeof(name));
}

/* The next word of argv, NULL at the end. */
static const char *
words_take(struct parse *parse)
{
	return parse->next < parse->argc ? parse->argv[parse->next++] : NULL;
}

static int
own_option_read(struct parse *parse, const struct own_option *option, const char *value)
{
	if (option->value == NULL && value != NULL)
		return words_fail(parse, "--%s takes no value", option->name);
	if (option->value != NULL && value == NULL) {
		value = words_take(parse);
		if (value == NULL)
			return words_fail(parse, "--%s needs a value: --%s %s",
				option->name, option->name, option->value);
	}
	return apply_own(parse, option, value);
}

/* What EAL is to see: the word that has just been read, or its value after it. */
static void
words_pass_to_eal(struct parse *parse, const char *word)
{
	parse->words[parse->n_words++] = word;
}

static int
fail_unknown(struct parse *parse, const char *word, size_t name_length)
{
	const char *names[2 * OPTIONS_MAX];
	const char *nearest = NULL;
	char name[SHOWN_LENGTH + 1];
	struct shown shown;
	size_t n = own_option_names(names);

	n += eal_option_names(names + n);
	if (strncmp(word, "--", 2) == 0 && name_length < sizeof(name)) {
		memcpy(name, word + 2, name_length);
		name[name_length] = '\0';
		nearest = text_nearest(name, names, n);
	}
	if (nearest != NULL)
		return words_fail(parse, "unknown option %s: did you mean --%s?",
			words_show(&shown, word), nearest);
	return words_fail(parse, "unknown option %s: mpsh --help lists them",
		words_show(&shown, word));
}

static int
read_eal_long(struct parse *parse, const struct eal_option *option, const char *word,
	const char *value)
{
	words_pass_to_eal(parse, word);
	if (option->takes == TAKES_NONE && value != NULL)
		return words_fail(parse, "%s takes no value", option->name);
	if (option->takes == TAKES_VALUE && value == NULL) {
		value = words_take(parse);
		if (value == NULL)
			return words_fail(parse, "%s needs a value", option->name);
		words_pass_to_eal(parse, value);
	}
	return eal_option_apply(parse, option, value);
}

/* Letters as getopt reads them: -v, -l 0-1, -l0-1, -vl0-1. */
static int
read_eal_letters(struct parse *parse, const char *word)
{
	const struct eal_option *option;
	const char *letter, *value;

	words_pass_to_eal(parse, word);
	for (letter = word + 1; *letter != '\0'; letter++) {
		option = eal_option_by_letter(*letter);
		if (option == NULL)
			return fail_unknown(parse, word, 0);
		if (option->takes == TAKES_NONE)
			continue; /* -v alone: EAL prints its version */
		value = letter + 1;
		if (option->takes == TAKES_OPTIONAL)
			return 0; /* the rest of the word is its value */
		if (*value == '\0') {
			value = words_take(parse);
			if (value == NULL)
				return words_fail(
					parse, "%s needs a value", option->name);
			words_pass_to_eal(parse, value);
		}
		return eal_option_apply(parse, option, value);
	}
	return 0;
}

static int
read_word(struct parse *parse, const char *word, bool after_dashes)
{
	const struct own_option *own;
	const struct eal_option *eal;
	const char *value = NULL;
	struct shown shown;
	size_t length = 0;

	if (word[0] != '-' || word[1] == '\0' || strcmp(word, "--") == 0)
		return words_fail(parse, "unexpected %s: mpsh takes options only",
			word[0] == '\0' ? "''" : words_show(&shown, word));

	if (word[1] == '-') {
		length = strcspn(word + 2, "=");
		if (word[2 + length] == '=')
			value = word + 2 + length + 1;
		own = own_option_by_name(word + 2, length);
		eal = eal_option_by_name(word, 2 + length);
	} else {
		own = own_option_by_letter(word[1]);
		eal = eal_option_by_letter(word[1]);
		if (own != NULL && word[2] != '\0')
			return words_fail(parse,
				"unknown option %s: -%c is a word of its own%s",
				words_show(&shown, word), word[1],
				own->value != NULL ? ", its value the next" : "");
	}
	if (own != NULL)
		return own_option_read(parse, own, value);
	if (eal == NULL)
		return fail_unknown(parse, word, length);
	if (after_dashes)
		return words_fail(parse, "unexpected %s: EAL options go before the --",
			words_show(&shown, word));
	if (word[1] == '-')
		return read_eal_long(parse, eal, word, value);
	return read_eal_letters(parse, word);
}

/*
 * The CPUs that this process may run on, sets of them because the kernel refuses to
 * fill less than it has. CPUs that do not fit in a cpu_set_t are left out: EAL has no
 * name for them.
 */
static void
lcores_own_cpus(cpu_set_t *cpus)
{
	cpu_set_t sets[CPU_SETS];

	CPU_ZERO(cpus);
	memset(sets, 0, sizeof(sets));
	if (sched_getaffinity(0, sizeof(sets), sets) == 0)
		*cpus = sets[0];
	if (CPU_COUNT(cpus) == 0)
		CPU_SET(0, cpus);
}

/* Write set as 0-1,4 into text, which has room for 5 bytes a CPU and one more. */
static void
write_list(char *text, const cpu_set_t *set)
{
	const char *separator = "";
	unsigned int first, last;

	text[0] = '\0';
	for (first = 0; first < CPU_SETSIZE; first = last + 1) {
		last = first;
		if (!CPU_ISSET(first, set))
			continue;
		while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, set))
			last++;
		text += sprintf(text, "%s%u", separator, first);
		if (last > first)
			text += sprintf(text, "-%u", last);
		separator = ",";
	}
}

/* --lcores that float: no CPU is claimed that an application polls on. */
static char *
lcores_floating(void)
{
	char list[CPU_SETSIZE * 5 + 1], *text;
	cpu_set_t cpus;

	lcores_own_cpus(&cpus);
	write_list(list, &cpus);
	if (asprintf(&text, "0@(%s),1@(%s)", list, list) < 0)
		return NULL;
	return text;
}

/*
 * Check that EAL has two lcores for functions: service lcores are none, but for the
 * main lcore, which stays one (eal_adjust_config()).
 */
static int
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

/*
 * Copy the words for EAL: the array and the strings in one block, since EAL swaps
 * the pointers and puts argv[0] in another's place, so that they cannot be
 * freed one by one afterwards.
 */
static int
copy_words(struct parse *parse)
{
	size_t n = parse->n_words, bytes = (n + 1) * sizeof(char *), length, i;
	char **argv, *text;

	for (i = 0; i < n; i++)
		bytes += strlen(parse->words[i]) + 1;
	argv = malloc(bytes);
	if (argv == NULL)
		return -ENOMEM;
	text = (char *)&argv[n + 1];
	for (i = 0; i < n; i++) {
		length = strlen(parse->words[i]) + 1;
		memcpy(text, parse->words[i], length);
		argv[i] = text;
		text += length;
	}
	argv[n] = NULL;
	parse->options->eal_argv = argv;
	parse->options->eal_argc = n;
	return 0;
}

/* What only all words together tell; then EAL's words. */
static int
finish(struct parse *parse)
{
	struct options *options = parse->options;
	char *lcores = NULL;
	struct shown shown;
	int ret;

	if (parse->gave_allow && parse->gave_block)
		return words_fail(parse,
			"--allow and --block exclude one another: "
			"give one of them");
	if (options->has_wait && parse->proc_type != NULL &&
		options->wish != WISH_SECONDARY)
		return words_fail(parse,
			"--wait makes this a secondary: leave out --proc-type=%s",
			words_show(&shown, parse->proc_type));

	ret = eal_option_count_lcores(parse);
	if (ret < 0)
		return ret;

	if (options->has_wait)
		options->wish = WISH_SECONDARY;
	if (parse->proc_type == NULL)
		words_pass_to_eal(parse,
			options->has_wait ? "--proc-type=secondary" : "--proc-type=auto");
	if (!parse->gave_allow && !parse->gave_block && !parse->gave_no_pci)
		words_pass_to_eal(parse, "--no-pci");
	if (!parse->gave_log_level)
		words_pass_to_eal(parse, "--log-level=warning");
	if (parse->lcores == NULL && !parse->gave_service) {
		lcores = lcores_floating();
		if (lcores == NULL)
			return words_fail(parse, "out of memory");
		words_pass_to_eal(parse, "--lcores");
		words_pass_to_eal(parse, lcores);
	}
	ret = copy_words(parse);
	free(lcores);
	return ret < 0 ? words_fail(parse, "out of memory") : 0;
}

int
options_parse(int argc, char *argv[], struct options *options, char *error, size_t size)
{
	struct parse parse = {
		.options = options,
		.error = error,
		.size = size,
		.argc = argc,
		.argv = argv,
		.next = 1,
		.main_lcore = -1,
	};
	bool after_dashes = false;
	const char *word;
	int ret = 0;

	memset(options, 0, sizeof(*options));
	options->timeout_ms = TIMEOUT_DEFAULT_MS;
	options->max_peers = PEERS_DEFAULT;
	options->file_prefix = "rte";
	if (size > 0)
		error[0] = '\0';

	/* One word makes at most one source and at most one word for EAL. */
	options->sources = calloc(argc + 1, sizeof(options->sources[0]));
	parse.words = calloc(argc + 1 + MAX_DEFAULTS, sizeof(parse.words[0]));
	if (options->sources == NULL || parse.words == NULL) {
		free(parse.words);
		return words_fail(&parse, "out of memory");
	}

	/* A program may be started without even its name. */
	words_pass_to_eal(&parse, argc > 0 ? argv[0] : "mpsh");
	while (ret == 0) {
		word = words_take(&parse);
		if (word == NULL)
			break;
		if (!after_dashes && strcmp(word, "--") == 0)
			after_dashes = true;
		else
			ret = read_word(&parse, word, after_dashes);
	}
	if (ret == 0)
		ret = finish(&parse);
	free(parse.words);
	return ret;
}

void
options_free(struct options *options)
{
	free(options->sources);
	options->sources = NULL;
	options->n_sources = 0;
	free(options->eal_argv);
	options->eal_argv = NULL;
	options->eal_argc = 0;
}

const char *
options_help(void)
{
	return "usage: mpsh [EAL options] [mpsh options] [-- [mpsh options]]\n"
	       "\n"
	       "A shell for DPDK multi-process IPC. Start it twice: the first is the "
	       "primary,\n"
	       "the next ones are secondaries. At its prompt, help lists the commands.\n"
	       "\n"
	       "What to run:\n"
	       "  -e, --execute CMD    run CMD, then leave; may be repeated, mixed with "
	       "-f\n"
	       "  -f, --file FILE      run the commands of FILE (-: standard input), "
	       "then leave\n"
	       "  -i, --interactive    after them, stay at the prompt\n"
	       "  -k, --keep-going     in a batch, go on after a command that failed\n"
	       "  -j, --json           results as JSON\n"
	       "      --no-color       no colours\n"
	       "\n"
	       "Talking to others:\n"
	       "  -t, --timeout MS     how long to wait for a reply, 1 to 3600000 "
	       "(5000)\n"
	       "      --name NAME      this process's name to the others: 1 to 24 "
	       "characters, a\n"
	       "                       letter first, then letters, digits, '_', '.', "
	       "'-'\n"
	       "      --max-peers N    primary: how many secondaries at once, 1 to 63 "
	       "(15)\n"
	       "  -w, --wait SECONDS   be a secondary, wait so long for a primary, 0 to "
	       "86400\n"
	       "      --poll           the receiver never sleeps: lowest latency, one "
	       "CPU busy\n"
	       "\n"
	       "About mpsh and this host:\n"
	       "      --doctor         what DPDK multi-process needs here and what is "
	       "missing\n"
	       "  -h, --help           print this\n"
	       "  -V, --version        print the versions of mpsh and DPDK\n"
	       "\n"
	       "EAL options go before the --, by their full names. Those of most use "
	       "here:\n"
	       "      --file-prefix NAME   which group of processes to join (rte)\n"
	       "      --proc-type TYPE     primary, secondary or auto (auto)\n"
	       "  -l, --lcores LCORES      two or more (two, on all CPUs allowed)\n"
	       "  -a, --allow DEVICE       use a device (none: --no-pci)\n"
	       "  -m MIB                   memory to take at the start\n"
	       "      --log-level LEVEL    from which level up EAL logs (warning)\n"
	       "All of them: "
	       "https://doc.dpdk.org/guides/linux_gsg/linux_eal_parameters.html\n"
	       "\n"
	       "Exit code: 0 all well; 1 a command failed; 2 wrong usage; 3 could not "
	       "start, or\n"
	       "lost what it stands on; 128+N ended by signal N. --doctor: 0 all well, 3 "
	       "not.\n"
	       "\n"
	       "Example, in two terminals:\n"
	       "  mpsh\n"
	       "  mpsh -w 10 -e 'send hello'\n";
}

static const struct options *kept; /* one command line a process */

void
options_keep(const struct options *options)
{
	kept = options;
}

const struct options *
options_kept(void)
{
	return kept;
}

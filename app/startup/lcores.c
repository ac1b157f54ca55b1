/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Lists, masks and maps of lcores in EAL's grammar, and the lcores that mpsh takes when
 * none are given.
 */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "startup/lcores.h"

/* sched_getaffinity() fails if it is given less room than the kernel has CPUs, which may
 * be more than a cpu_set_t holds. */
#define CPU_SETS 16

static const char *
skip_blanks(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

/* Read a number below CPU_SETSIZE with blanks around it. Returns where it ends; NULL:
 * there is no such number. */
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
 * Add N or N-M to set. Returns where it ends, NULL if it is neither. EAL refuses 3-2 in a
 * list, and takes it as 2-3 in a map.
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

/* Read ranges with commas between: 0,2-3. Returns where they end, NULL on an error. */
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

int
lcores_parse_list(const char *text, cpu_set_t *set)
{
	CPU_ZERO(set);
	text = parse_ranges(text, set, false);
	return text != NULL && *text == '\0' ? 0 : -EINVAL;
}

int
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

/* Read N, N-M or (0,2-3) into set. Returns where it ends, NULL if it is none of these. */
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

int
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

bool
lcores_cpu_exists(unsigned int cpu)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/topology/core_id",
		cpu);
	return access(path, F_OK) == 0;
}

void
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

/* The CPUs before EAL was started. */
static cpu_set_t remembered;

void
lcores_remember_cpus(void)
{
	lcores_own_cpus(&remembered);
}

void
lcores_remembered_cpus(cpu_set_t *cpus)
{
	*cpus = remembered;
}

void
lcores_restore_cpus(void)
{
	if (CPU_COUNT(&remembered) > 0)
		sched_setaffinity(0, sizeof(remembered), &remembered);
}

/* Write set as 0-1,4 into text, which must have 5 bytes for each CPU and 1 byte more. */
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

char *
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

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Lists, masks and maps of lcores in EAL's grammar, and the lcores that mpsh takes of
 * itself.
 */

#ifndef MPSH_STARTUP_LCORES_H
#define MPSH_STARTUP_LCORES_H

#include <sched.h>
#include <stdbool.h>

int lcores_parse_list(const char *text, cpu_set_t *set);
int lcores_parse_mask(const char *text, cpu_set_t *set);

/* LCORES[@CPUS],...; CPUs that are not given are those of the same numbers. */
int lcores_parse_map(const char *text, cpu_set_t *lcores, cpu_set_t *cpus);

/* EAL asks the same file (lib/eal/linux/eal_lcore.c). */
bool lcores_cpu_exists(unsigned int cpu);

/*
 * The CPUs that this process may run on, sets of them because the kernel refuses to
 * fill less than it has. CPUs that do not fit in a cpu_set_t are left out: EAL has no
 * name for them.
 */
void lcores_own_cpus(cpu_set_t *cpus);

/* --lcores that float: no CPU is claimed that an application polls on. */
char *lcores_floating(void);

#endif

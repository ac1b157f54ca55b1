/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Lists, masks and maps of lcores in EAL's grammar, and the lcores that mpsh takes when
 * none are given.
 */

#ifndef MPSH_STARTUP_LCORES_H
#define MPSH_STARTUP_LCORES_H

#include <sched.h>
#include <stdbool.h>

/* Parsers of -l, -c and --lcores: each returns 0 or -EINVAL. */
int lcores_parse_list(const char *text, cpu_set_t *set);
int lcores_parse_mask(const char *text, cpu_set_t *set);

/* LCORES[@CPUS],...; without @CPUS the CPUs have the numbers of the lcores. */
int lcores_parse_map(const char *text, cpu_set_t *lcores, cpu_set_t *cpus);

/* Looks for the same sysfs file as EAL (lib/eal/linux/eal_lcore.c). */
bool lcores_cpu_exists(unsigned int cpu);

/*
 * The CPUs that this process may run on, CPU 0 if they cannot be read. CPUs from
 * CPU_SETSIZE up are left out, since EAL cannot use them.
 */
void lcores_own_cpus(cpu_set_t *cpus);

/*
 * Remember these CPUs, which EAL may narrow for the main thread, and for what it
 * executes. lcores_remembered_cpus() are them; lcores_restore_cpus() lets the calling
 * thread run on them again. Remember first, in the main thread; the others any thread.
 */
void lcores_remember_cpus(void);
void lcores_remembered_cpus(cpu_set_t *cpus);
void lcores_restore_cpus(void);

/*
 * A value for --lcores: lcores 0 and 1, each on all CPUs of this process, so that neither
 * is bound to a CPU on which an application polls. On the heap; NULL if there is no
 * memory.
 */
char *lcores_floating(void);

#endif

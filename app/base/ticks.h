/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * TSC ticks as time. Where the CPU does not report its TSC frequency, EAL estimates the
 * frequency and rounds it to 10 MHz, which can be 0.2 % off (fact 15 of app/README.md).
 * mpsh measures the frequency against CLOCK_MONOTONIC_RAW while EAL starts, and once more
 * in the first second.
 */

#ifndef MPSH_BASE_TICKS_H
#define MPSH_BASE_TICKS_H

#include <stdint.h>

/* Remember the time, for ticks_calibrate(). Main thread, before rte_eal_init(). */
void ticks_begin(void);

/*
 * Measure the frequency over the time since ticks_begin(), the longer the better. A time
 * under 10 ms is too short: what was used is used on. Returns the time in ns, 0 if it was
 * too short. Main thread, after rte_eal_init().
 */
uint64_t ticks_calibrate(void);

/*
 * Use the primary's frequency hz, so that all processes of a group convert ticks alike.
 * Ignored if hz is more than 1 % away from what this process has measured itself. Main
 * thread.
 */
void ticks_adopt(uint64_t hz);

/* Ticks in a second. Any thread, after rte_eal_init(). */
uint64_t ticks_hz(void);

/* Convert ticks to ns, rounded down. Any thread, after rte_eal_init(). */
uint64_t ticks_to_ns(uint64_t ticks);

/* Convert milliseconds to ticks, rounded up. Any thread, after rte_eal_init(). */
uint64_t ticks_of_ms(uint32_t ms);

#endif

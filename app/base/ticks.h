/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * TSC ticks as time. EAL's own frequency is an estimate that it rounds to 10 MHz where
 * the CPU does not name one, which can be 0.2 % off; this one is measured against
 * CLOCK_MONOTONIC_RAW while EAL starts.
 */

#ifndef MPSH_BASE_TICKS_H
#define MPSH_BASE_TICKS_H

#include <stdint.h>

/* Remember the time, for ticks_calibrate(). Main thread, before rte_eal_init(). */
void ticks_begin(void);

/*
 * Measure the frequency over the time since ticks_begin(); a time under 10 ms is too
 * short and leaves EAL's. Main thread, after rte_eal_init() and before there are others.
 */
void ticks_calibrate(void);

/*
 * Take another process's frequency, so that a group agrees on the length of what it
 * measures together. One that is further than 1 % from the own is not believed. Main
 * thread, before the worker starts.
 */
void ticks_adopt(uint64_t hz);

/* Ticks in a second. Any thread, after rte_eal_init(). */
uint64_t ticks_hz(void);

/* Ticks in ns, rounded down. Any thread, after rte_eal_init(). */
uint64_t ticks_to_ns(uint64_t ticks);

/* Milliseconds in ticks, rounded up. Any thread, after rte_eal_init(). */
uint64_t ticks_of_ms(uint32_t ms);

#endif

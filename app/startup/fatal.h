/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a fault or abort() leads to: a stack on stderr, and the end by the signal. */

#ifndef MPSH_STARTUP_FATAL_H
#define MPSH_STARTUP_FATAL_H

/*
 * Handle the signals of faults from now on: first of all first() is called, in whatever
 * thread has the fault. Main thread, before there are others.
 */
void fatal_catch(void (*first)(void));

/*
 * Load the library that prints stacks, with malloc(), which no handler may call: a fault
 * before this that holds malloc()'s lock ends the process without a stack. Main thread.
 */
void fatal_load(void);

/*
 * From now on a fault ends the process with this exit code and no word: EAL's own end
 * meets damaged memory, and nothing is left to do. -1: no longer. Main thread.
 */
void fatal_expect(int code);

#endif

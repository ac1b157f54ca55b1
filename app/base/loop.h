/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The main thread's event loop. Commands run outside of its callbacks, so one that
 * waits runs the loop itself until what it waits for has come.
 */

#ifndef MPSH_BASE_LOOP_H
#define MPSH_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct event_base;

/* No limit, for loop_until(). */
#define LOOP_FOREVER UINT64_MAX

/* Make the loop and its wake-up. Returns 0 or a negative errno. Main thread. */
int loop_init(void);
void loop_free(void);

/* For events of other modules. Main thread. */
struct event_base *loop_base(void);

/* CLOCK_MONOTONIC in ns. Any thread. */
uint64_t loop_now(void);

/*
 * Run the loop until done(ctx) is true. Returns 0; -ETIMEDOUT after timeout ns; -EINTR at
 * Ctrl-C (loop_interrupt()); -ECANCELED once the program is to end (loop_stop()). Main
 * thread, outside of callbacks. done is asked first and after every round of events.
 */
int loop_until(bool (*done)(void *ctx), void *ctx, uint64_t timeout);

/* Ctrl-C was typed: what loop_until() waits for is given up. Main thread. */
void loop_interrupt(void);

/* Forget an interrupt that nobody waited for. Main thread. */
void loop_interrupt_clear(void);

/*
 * The program is to end with this exit code; the first call decides. Main thread.
 * loop_stopped() returns the code, or -1 while it runs on.
 */
void loop_stop(int code);
int loop_stopped(void);

/* Call fn(arg) in the main thread, from the loop, in the order of the posts. Returns 0 or
 * -ENOMEM (fn is not called). Any thread. */
int loop_post(void (*fn)(void *arg), void *arg);

/*
 * Make the loop call drain in its next round. Cheap when it is already to be: for
 * queues with a wake-up of many. Any thread; loop_set_drain() main thread.
 */
void loop_wake(void);
void loop_set_drain(void (*drain)(void));

#endif

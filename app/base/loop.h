/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The main thread's event loop. Commands run outside of the loop's callbacks, so a
 * command that waits runs the loop itself, with loop_until().
 */

#ifndef MPSH_BASE_LOOP_H
#define MPSH_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct event;
struct event_base;

/* The timeout of loop_until() that never ends. */
#define LOOP_FOREVER UINT64_MAX

/* Make the loop. Returns 0 or a negative errno (then call loop_free()). Main thread. */
int loop_init(void);
void loop_free(void);

/* The loop's event base, for events of other files. Main thread. */
struct event_base *loop_base(void);

/* Free an event, if there is one, and forget it. */
void loop_free_event(struct event **event);

/* CLOCK_MONOTONIC in ns. Any thread. */
uint64_t loop_now(void);

/*
 * Run the loop until done(ctx) is true. Returns 0; -ETIMEDOUT after timeout ns; -EINTR at
 * Ctrl-C (loop_interrupt()); -ECANCELED once the program is to end (loop_stop()). Main
 * thread, outside of callbacks. done is asked first and after every round of events, of
 * which there is one also with a timeout of 0.
 */
int loop_until(bool (*done)(void *ctx), void *ctx, uint64_t timeout);

/*
 * Run the loop for timeout ns. Returns -ETIMEDOUT after it, else as loop_until(), whose
 * rules hold.
 */
int loop_pause(uint64_t timeout);

/* Ctrl-C was typed: loop_until() is to give up its wait. Main thread. */
void loop_interrupt(void);

/* How often loop_interrupt() was called, for what is more than one wait. Main thread. */
unsigned int loop_interrupts(void);

/* Forget a loop_interrupt() that came while no loop_until() ran. Main thread. */
void loop_interrupt_clear(void);

/*
 * loop_stop(): the program is to end with this exit code; the first call decides.
 * loop_stopped() returns the code, or -1 before loop_stop(). Main thread.
 */
void loop_stop(int code);
int loop_stopped(void);

/*
 * Have the loop call fn(arg) in the main thread; calls run in the order of the posts.
 * Returns 0, or -ENOMEM if fn will not be called. Any thread.
 */
int loop_post(void (*fn)(void *arg), void *arg);

/*
 * Make the loop call drain, the function given to loop_set_drain(), in its next round.
 * Cheap when the loop is about to wake anyway, so a producer may call loop_wake() for
 * each entry of its queue. loop_wake(): any thread; loop_set_drain(): main thread.
 */
void loop_wake(void);
void loop_set_drain(void (*drain)(void));

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Shell commands that run beside this process: what they print is taken, and a command
 * that takes too long is killed. Main thread, unless said otherwise.
 */

#ifndef MPSH_BASE_CHILD_H
#define MPSH_BASE_CHILD_H

#include <stddef.h>
#include <stdint.h>

/* So many run at once. */
#define CHILDREN_MAX 16

/* Bytes of what a command may print, with a newline at the end. */
#define CHILD_OUTPUT_MAX 257

/* Bytes that are kept of what it says on its standard error. */
#define CHILD_SAID_MAX 160

/* How a command has ended. */
enum child_result {
	CHILD_EXITED, /* status is as waitpid() gives it */
	CHILD_LATE,   /* it was killed after its time */
	CHILD_WORDY,  /* it was killed, as it printed more than CHILD_OUTPUT_MAX bytes */
};

struct child_end {
	enum child_result result;
	int status;
	size_t length; /* of output */
	uint8_t output[CHILD_OUTPUT_MAX];
	size_t said_length;
	char said[CHILD_SAID_MAX]; /* the begin of its standard error */
};

/*
 * Run command by /bin/sh -c, in a session and a process group of its own, with default
 * signals and of the descriptors 0 to 2 alone: input, at most PIPE_BUF bytes, is its
 * standard input. variables, ended by NULL, are added to its environment ("NAME=value").
 * After ms milliseconds its group is killed; and so is what the command leaves running
 * when it ends. done(ctx, end) is called then, from the loop, but not once
 * child_end_all() was called.
 *
 * Returns 0, or a negative errno when done will not be called: -EBUSY when CHILDREN_MAX
 * run.
 */
int child_run(const char *command, const void *input, size_t length,
	char *const *variables, uint32_t ms,
	void (*done)(void *ctx, const struct child_end *end), void *ctx);

/* Kill all that run, with their groups, and run none any more. */
void child_end_all(void);

/* Kill all that run. Any thread, async-signal-safe: for a process that ends by a fault.
 */
void child_kill_all(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The stacks of a process that is not stopped. Main thread. */

#ifndef MPSH_OUTSIDE_UNWIND_H
#define MPSH_OUTSIDE_UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct registers;
struct source;
struct unwinder;

#define FRAMES_MAX 24
#define FUNCTION_SIZE 64
#define FRAME_FILE_SIZE 40

/* A function that was called, by its symbol, or by its place in a file. */
struct frame {
	uint64_t pc;
	char function[FUNCTION_SIZE]; /* any bytes; "" : it has no symbol */
	char file[FRAME_FILE_SIZE];   /* as "librte_eal.so.23.0", or "" */
	uint64_t offset;              /* of pc in what the file has mapped */
};

/* From the innermost frame out, as far as can be told. */
struct backtrace {
	struct frame frames[FRAMES_MAX];
	unsigned int n;
};

/*
 * Begin to unwind stacks of a process, whose memory is read through source, which stays
 * the caller's. Without libdw a stack is its innermost frame. Returns NULL without
 * memory.
 */
struct unwinder *unwinder_open(pid_t pid, struct source *source);
void unwinder_close(struct unwinder *unwinder);

void unwinder_walk(struct unwinder *unwinder, pid_t tid,
	const struct registers *registers, struct backtrace *stack);

/*
 * Drop the innermost frames that are how the C library makes a system call in which a
 * thread may be cancelled (glibc since 2.41): a stack begins with read() and not in it.
 * What unwinder_walk() finds begins so.
 */
void backtrace_begin_at_call(struct backtrace *stack);

/* Have both the same frames, by their addresses? */
bool backtrace_equals(const struct backtrace *one, const struct backtrace *other);

/* Is a function of this name, or one whose name contains it, in the stack? */
bool backtrace_has(const struct backtrace *stack, const char *part);

/*
 * What a frame is called: "compute", or by its file "librte_eal+0x2b3d6", which is
 * without the offset where brief, or "0x7f2400001000" in no file. Returned by value.
 */
struct frame_text {
	char text[4 * FUNCTION_SIZE + 24];
};

struct frame_text frame_text(const struct frame *frame, bool brief);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The registers of a thread, by the numbers that DWARF has for them. */

#ifndef MPSH_OUTSIDE_REGISTERS_H
#define MPSH_OUTSIDE_REGISTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__aarch64__)
#define REGISTERS 32 /* x0 to x30, sp */
#define REGISTER_SP 31
#else
#define REGISTERS 16 /* ax dx cx bx si di bp sp r8 to r15 */
#define REGISTER_SP 7
#endif

struct registers {
	bool is_whole; /* else sp and pc alone are known, as of a thread that sleeps */
	uint64_t general[REGISTERS], pc;
	/* A copy of the stack from sp on, on the heap; NULL: it is read as it is. */
	uint8_t *stack;
	size_t stack_bytes;
};

#endif

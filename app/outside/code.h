/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The code of a process, and whose it is. Any thread. */

#ifndef MPSH_OUTSIDE_CODE_H
#define MPSH_OUTSIDE_CODE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct code {
	struct code_range {
		uint64_t from, to;
		uint64_t offset; /* of from in the file */
		char *name;      /* of the file, without its directory; NULL: none */
	} * ranges;              /* by address */
	size_t n;
};

/* Read them. Returns 0, -ENOMEM or the error of /proc. code_free() it. */
int code_read(pid_t pid, struct code *code);
void code_free(struct code *code);

/* The range of an address, NULL: no code is there. */
const struct code_range *code_find(const struct code *code, uint64_t address);

/* Bytes of code_describe(), with the NUL. */
#define CODE_PLACE_SIZE 288

/*
 * Write where an address is, "librte_eal.so.23.0+0x2e730", into place: the name has the
 * bytes that the file has. Returns place.
 */
const char *code_describe(
	const struct code *code, uint64_t address, char place[CODE_PLACE_SIZE]);

#endif

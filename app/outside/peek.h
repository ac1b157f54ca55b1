/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What waits in a ring, looked at without taking it. Main thread. */

#ifndef MPSH_OUTSIDE_PEEK_H
#define MPSH_OUTSIDE_PEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* All elements together show no more bytes. */
#define PEEK_BYTES_MAX (16 << 20)

/* Elements and bytes of each without a number. */
#define PEEK_ELEMENTS 10
#define PEEK_BYTES 64

struct peek_wish {
	const char *ring; /* a name as typed, or "0x" and the address of a ring */
	size_t ring_length;
	uint32_t elements; /* 0: PEEK_ELEMENTS, but all for the capture file */
	uint32_t bytes;    /* of each */
	bool taken;        /* those that were taken last, not those that wait */
	const char *pcap;  /* a capture file to make, NULL: none */
};

/*
 * Look into a ring of the group that is looked at. *result is the caller's: {ring,
 * address, waiting, capacity, element_bytes, assumed, pointers, taken, changed,
 * elements, file, packets}. An element is {position, kind, pool, object_bytes, memzone,
 * address, text, cut, hex, mbuf}, of which what does not apply is null; its position
 * counts from the one that is taken next. changed counts those of elements that were
 * taken, or with taken written over, while they were read, from the first on. Returns 0,
 * or a negative errno with one line in error.
 */
int peek_look(const struct peek_wish *wish, json_t **result, char *error, size_t size);

#endif

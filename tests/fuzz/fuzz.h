/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the fuzzers share: their entry, the input taken bit by bit, and what must hold. */

#ifndef MPSH_FUZZ_H
#define MPSH_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the fuzzer with a finding. */
#define CHECK(condition)                                                                 \
	do {                                                                             \
		if (!(condition)) {                                                      \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,       \
				#condition);                                             \
			abort();                                                         \
		}                                                                        \
	} while (0)

struct input {
	const uint8_t *data;
	size_t size;
};

/* The next n bytes into to, zeros where the input ends. */
static inline void
input_take(struct input *input, void *to, size_t n)
{
	size_t there = n < input->size ? n : input->size;

	memset(to, 0, n);
	if (there != 0)
		memcpy(to, input->data, there);
	input->data += there;
	input->size -= there;
}

static inline uint8_t
input_byte(struct input *input)
{
	uint8_t byte;

	input_take(input, &byte, sizeof(byte));
	return byte;
}

static inline uint32_t
input_word(struct input *input)
{
	uint32_t word;

	input_take(input, &word, sizeof(word));
	return word;
}

/* A copy of exactly that size, so that a step past its end is seen. */
static inline uint8_t *
copy_exactly(const void *bytes, size_t size)
{
	uint8_t *copy = malloc(size != 0 ? size : 1);

	CHECK(copy != NULL);
	if (size != 0)
		memcpy(copy, bytes, size);
	return copy;
}

#endif

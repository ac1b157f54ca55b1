/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Makes payloads at random, which a seed repeats. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>

#include "exchange/mutation.h"

#define LENGTHS (IPC_PAYLOAD_MAX + 1)

/* The next number of a sequence (SplitMix64, public domain). */
static uint64_t
next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
fill_random(uint64_t *state, struct mutation *made)
{
	int i;

	for (i = 0; i < made->length; i++)
		made->bytes[i] = next(state);
}

/* A text without a NUL at its end. */
static void
fill_text(uint64_t *state, struct mutation *made)
{
	int i;

	for (i = 0; i < made->length; i++)
		made->bytes[i] = ' ' + next(state) % ('~' - ' ' + 1);
}

/* What printf() takes for a format, and a shell for a command. */
static void
fill_words(uint64_t *state, struct mutation *made)
{
	static const char *const words[] = { "%s", "%n", "%99999d", "../", "/dev/null",
		"`true`", "$(true)", ";", "'", "\"", "\\", "\n", "=", ",", "-1",
		"18446744073709551616", "0x", "\xff\xfe" };
	int at = 0;

	while (at < made->length) {
		const char *word = words[next(state) % RTE_DIM(words)];
		int n = RTE_MIN((int)strlen(word), made->length - at);

		memcpy(made->bytes + at, word, n);
		at += n;
	}
}

/* Numbers at the ends of what they can be, of 1 to 8 bytes: lengths, types, ports. */
static void
fill_numbers(uint64_t *state, struct mutation *made)
{
	static const uint64_t numbers[] = { 0, 1, 2, 3, 4, 7, 8, 15, 16, 0x7f, 0x80, 0xff,
		0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
		0xffffffff, UINT64_C(0x7fffffffffffffff), UINT64_C(0x8000000000000000),
		UINT64_MAX };
	int at = 0, bytes = 1 << next(state) % 4;

	while (at < made->length) {
		uint64_t number = numbers[next(state) % RTE_DIM(numbers)];
		int n = RTE_MIN(bytes, made->length - at);

		memcpy(made->bytes + at, &number, n);
		at += n;
	}
}

/* The good one, longer or shorter, with some of its bytes changed. */
static void
fill_like(uint64_t *state, const struct mutation *good, struct mutation *made)
{
	int i, n = 1 + next(state) % 4, kept = RTE_MIN(good->length, made->length);

	fill_random(state, made);
	memcpy(made->bytes, good->bytes, kept);
	/* Most have its length: that is what a handler looks at first. */
	if (good->length > 0 && next(state) % 4 != 0)
		made->length = good->length;
	for (i = 0; i < n && made->length > 0; i++) {
		uint64_t at = next(state) % made->length;

		made->bytes[at] ^= next(state) % 2 == 0 ? UINT64_C(1) << next(state) % 8
							: next(state);
	}
}

static void
fill_same(uint64_t *state, struct mutation *made)
{
	static const uint8_t bytes[] = { 0x00, 0xff, 'A', 0x80 };

	memset(made->bytes, bytes[next(state) % RTE_DIM(bytes)], made->length);
}

void
mutation_make(uint64_t seed, uint64_t number, const struct mutation *good,
	struct mutation *made)
{
	uint64_t round = number / LENGTHS, state = seed ^ round << 32, step, kind;

	memset(made, 0, sizeof(*made));
	/* A round has every length, in an order of its own: 257 is a prime number. */
	step = 1 + next(&state) % (LENGTHS - 1);
	made->length = (int)((next(&state) + number * step) % LENGTHS);
	state = seed + (number + 1) * UINT64_C(0xd1342543de82ef95);
	kind = next(&state) % 6;
	if (kind == 0)
		fill_random(&state, made);
	else if (kind == 1)
		fill_text(&state, made);
	else if (kind == 2)
		fill_words(&state, made);
	else if (kind == 3)
		fill_numbers(&state, made);
	else if (kind == 4)
		fill_same(&state, made);
	else
		fill_like(&state, good, made);
}

void
mutation_try(unsigned int i, struct mutation *made)
{
	static const char *const texts[] = { "hello", "ping", "status", "help", "?" };
	static const int zeros[] = { 1, 2, 4, 8, 16, 64, IPC_PAYLOAD_MAX };

	memset(made, 0, sizeof(*made));
	if (i == 0)
		return;
	i--;
	if (i < RTE_DIM(zeros)) {
		made->length = zeros[i];
		return;
	}
	i -= RTE_DIM(zeros);
	if (i < RTE_DIM(texts)) {
		made->length = snprintf(
			(char *)made->bytes, sizeof(made->bytes), "%s", texts[i]);
		return;
	}
	/* The first values of a type of 4 bytes, before 60 of zeros. */
	made->bytes[0] = 1 + i - RTE_DIM(texts);
	made->length = 64;
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Payloads that try a handler: of every length, and of the kinds that handlers trip over.
 */

#ifndef MPSH_EXCHANGE_MUTATION_H
#define MPSH_EXCHANGE_MUTATION_H

#include <stdint.h>

#include "mp/callbacks.h"

struct mutation {
	int length;
	uint8_t bytes[IPC_PAYLOAD_MAX];
};

/*
 * Make the payload with a number, of the many of a seed: always the same for the same
 * seed, number and good payload. Every length comes once in each IPC_PAYLOAD_MAX + 1 of
 * them. Any thread.
 */
void mutation_make(uint64_t seed, uint64_t number, const struct mutation *good,
	struct mutation *made);

/* How many payloads there are that a handler may answer; the first is empty. */
#define MUTATION_TRIES 17

/* Make one of them. Any thread. */
void mutation_try(unsigned int i, struct mutation *made);

#endif

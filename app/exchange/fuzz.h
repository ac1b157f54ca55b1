/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Tries the handler of an action with any bytes: the process is well as long as it
 * answers a payload that it answered before. Main thread.
 */

#ifndef MPSH_EXCHANGE_FUZZ_H
#define MPSH_EXCHANGE_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/histogram.h"
#include "exchange/mutation.h"
#include "mp/callbacks.h"
#include "outside/vitals.h"

/* After so many payloads the process is looked at. */
#define FUZZ_ROUND 100

/* So many more descriptors are a leak that ends it, before the process has no more. */
#define FUZZ_LEAK_MAX 100

/* A payload, with descriptors of /dev/null. */
struct fuzz_payload {
	struct mutation payload;
	int n_fds;
};

struct fuzz {
	/* The caller's. */
	char action[IPC_ACTION_SIZE];
	pid_t pid; /* of the process that has the action */
	uint64_t count, seed;
	bool with_fds;
	uint32_t timeout_ms; /* of each */
	bool has_good;
	struct mutation good; /* else the first of mutation_try() that is answered */
	void (*on_round)(const struct fuzz *fuzz); /* with now, after FUZZ_ROUND */

	/* The outcome. */
	uint64_t sent, replied, silent;
	struct histogram times;
	struct vitals before, half, now;
	uint64_t worst_ns; /* the longest round trip, of this one: */
	struct fuzz_payload worst;
	enum fuzz_end {
		FUZZ_WHOLE,
		FUZZ_INTERRUPTED,
		FUZZ_BROKEN, /* last was answered by nothing, and neither is the good one
			      */
		FUZZ_LEAKS,
	} end;
	struct fuzz_payload last;
	bool says_no; /* of FUZZ_BROKEN: the process lives, and has its rte_mp thread */
};

/*
 * Run it. Returns 0 with the outcome; -ENOENT: no payload is answered, also not at the
 * start; -EINTR, -ECANCELED: ended before there was anything; or another negative errno.
 */
int fuzz_run(struct fuzz *fuzz);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What this host takes away from a thread that never sleeps: one thread on each CPU reads
 * the clock without a pause, and where two readings are further apart than they ever have
 * to be, something else had the CPU meanwhile: another thread, an interrupt, the
 * hypervisor. Main thread.
 */

#ifndef MPSH_HOST_JITTER_H
#define MPSH_HOST_JITTER_H

#include <stdbool.h>
#include <stdint.h>

/* From how much on, in ns, time counts as taken: less are the clock's own differences. */
#define JITTER_GAP_NS 1000

struct jitter {
	unsigned int cpu;    /* below CPU_SETSIZE; the caller sets it */
	bool there;          /* false: this process may not run there; the rest is 0 */
	uint64_t ns;         /* how long was measured */
	uint64_t longest_ns; /* the most that was taken at once */
	uint64_t sum_ns;     /* all that was taken */
	uint64_t gaps;       /* how often something was taken */
};

/*
 * Measure for ns on the n CPUs of the list, on all at once; the calling thread waits in
 * the loop. Returns 0 or, with what was measured by then, the -EINTR or -ECANCELED of
 * loop_until(); another negative errno if nothing was measured. A thread that does not
 * get its CPU to the end has lost it from its last reading on.
 */
int jitter_measure(struct jitter *list, unsigned int n, uint64_t ns);

#endif

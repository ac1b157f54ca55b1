/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the files of ring/ share, and nobody else includes: the worker lcore. */

#ifndef MPSH_RING_STATE_H
#define MPSH_RING_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ring.h>

#include "message/name.h"
#include "ring/channel.h"
#include "ring/doorbell.h"

struct job;
struct stream_count;
struct worker_event;

#define JOBS 256

struct link {
	bool open;
	struct channel out, in;
	unsigned int filled; /* messages in slots of out that are not handed over yet */
	struct doorbell bell;
};

/* A stream that waits because the ring it is to go to is full. */
struct hold {
	uint64_t since; /* TSC, 0: it does not wait */
	uint32_t other; /* where the receiver stood */
};

/* One worker a process, as there is one lcore for it. */
struct worker_state {
	/* Set by the main thread before the lcore runs. */
	unsigned int lcore;
	unsigned int number;
	bool is_primary;
	bool polls;
	bool running;
	struct doorbell bell;
	void (*on_event)(const struct worker_event *event);
	bool (*may_take)(void);

	/* Inside this process, one producer and one consumer each. */
	struct rte_ring *jobs;       /* main -> worker */
	struct rte_ring *done;       /* worker -> main, never full: as deep as jobs */
	struct rte_ring *events;     /* worker -> main */
	unsigned int jobs_under_way; /* main's */
	uint32_t stop;               /* atomic */
	uint32_t monitor;            /* atomic */
	uint32_t watch_simple_mp;    /* atomic */
	uint32_t stalled;            /* atomic: events is full, wake me when it is not */

	/* The worker's alone. */
	struct link links[PEERS_MAX + 1];
	unsigned int n_links;    /* one past the highest open */
	struct link *filling;    /* the link with messages to be handed over, or NULL */
	uint64_t simple_mp_next; /* TSC: when to look at the simple_mp ring again */
	struct job *stream;      /* under way */
	struct stream_count *counts[PEERS_MAX + 1]; /* of streams that come, by source */
	struct hold holds[PEERS_MAX + 1];           /* of streams of this source */
	unsigned int first_link; /* that is looked at: each gets its turn */
};

extern struct worker_state worker;

#endif

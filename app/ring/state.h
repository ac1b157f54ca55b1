/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The state of the worker, for the files of ring/; no other folder includes this file.
 */

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

/* Slots of the rings jobs and done. */
#define JOBS 256

struct link {
	bool open;
	bool waits; /* its next message is for this process, and events had no room */
	uint32_t generation; /* of the neighbour's place, 0 for the primary */
	/* In the primary, of the neighbour's stream to another secondary: the number of
	 * its receiver, 0 if there is none, and the generation of that place when the
	 * stream began.
	 */
	unsigned int streams_to;
	uint32_t streams_generation;
	struct channel out, in;
	unsigned int filled;  /* messages in slots of out that are not published yet */
	struct doorbell bell; /* the neighbour's */
};

/* A stream that the primary holds back because the receiver's ring is full. */
struct hold {
	uint64_t since; /* TSC since when the receiver stands still, 0: not held back */
	uint32_t other; /* the position at which it stands still */
};

/* A global: a process has one worker lcore. */
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

	/* Shared with the main thread. The rings are in this process's own memory. */
	struct rte_ring *jobs;       /* main -> worker */
	struct rte_ring *done;       /* worker -> main, never full: as deep as jobs */
	struct rte_ring *events;     /* worker -> main */
	unsigned int jobs_under_way; /* only the main thread uses this counter */
	uint32_t stop;               /* atomic */
	uint32_t monitor;            /* atomic */
	uint32_t watch_simple_mp;    /* atomic */
	uint32_t stalled;            /* atomic: wake the worker once events has room */
	uint32_t unseen;             /* atomic: messages that the monitor was not shown */
	uint32_t replies;            /* atomic: that the last broadcast asked for */

	/* Only the worker uses the rest. */
	bool refuses;    /* the main thread is behind: it may need this CPU */
	bool tells;      /* the main thread is to hear of events at the end of the turn */
	uint64_t untold; /* TSC of the first event that the main thread was not woken for
			  */
	struct link links[PEERS_MAX + 1];
	unsigned int n_links;    /* one past the highest open link */
	struct link *filling;    /* the link with messages to be published, or NULL */
	uint64_t simple_mp_next; /* TSC: when to look at the simple_mp ring again */
	struct job *stream;      /* the JOB_STREAM under way, or NULL */
	struct stream_count *counts[PEERS_MAX + 1]; /* of received streams, by source */
	struct hold holds[PEERS_MAX + 1];           /* of forwarded streams, by source */
	unsigned int first_link; /* the link that the next round begins with */
};

extern struct worker_state worker;

#endif

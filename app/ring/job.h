/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the main thread gives to the worker lcore, and what it gets back. */

#ifndef MPSH_RING_JOB_H
#define MPSH_RING_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_memzone.h>
#include <rte_ring.h>

#include "message/message.h"
#include "ring/doorbell.h"

/* Both directions to one neighbour: to the primary all secondaries, to them the primary.
 */
struct worker_link {
	struct rte_ring *out, *in;
	struct doorbell bell; /* of the neighbour; the descriptor stays the caller's */
	bool reset;           /* empty both rings first, with these names and zones */
	char out_name[RTE_RING_NAMESIZE], in_name[RTE_RING_NAMESIZE];
	const struct rte_memzone *out_zone, *in_zone;
};

enum job_type {
	JOB_SEND,      /* message, over the link that leads to its destination */
	JOB_OPEN,      /* link to peer: from now on look at it */
	JOB_CLOSE,     /* peer: touch its rings no more */
	JOB_STREAM,    /* ctx is a struct stream: send it until it is over */
	JOB_SIMPLE_MP, /* message's text into the simple_mp ring; result as
			  simple_mp_send() */
};

struct job {
	enum job_type type;
	unsigned int peer;       /* JOB_OPEN, JOB_CLOSE */
	struct worker_link link; /* JOB_OPEN */

	/* Called in the main thread when the job is done; it frees the job. */
	void (*done)(struct job *job);
	void *ctx; /* the submitter's */

	int result; /* 0; -ENOBUFS ring full; -ENOTCONN no such link; -EBADMSG garbage */
	uint64_t stamp;       /* JOB_SEND: TSC just before it was put on the transport */
	unsigned int waiting; /* JOB_SIMPLE_MP, -ENOBUFS: how many wait in that ring */

	struct message message; /* JOB_SEND */
};

/* What the worker tells the main thread. */
struct worker_event {
	unsigned int neighbour; /* over whose link it came */
	bool garbage;   /* no message: that neighbour's ring is not to be believed */
	bool monitor;   /* not for us: it passes, and set monitor is on */
	bool simple_mp; /* from the simple_mp ring: kind and source mean nothing */
	bool delayed;   /* the main thread is to answer, delay_ms later */
	uint32_t delay_ms;
	uint64_t stamp; /* TSC when taken off the transport */

	/* The message's. */
	enum message_kind kind;
	unsigned int source, destination;
	uint32_t sequence;
	uint16_t length;
	uint8_t text[];
};

#endif

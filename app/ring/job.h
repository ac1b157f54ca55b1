/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Jobs, which the main thread gives to the worker, and events, which it gets back. */

#ifndef MPSH_RING_JOB_H
#define MPSH_RING_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_memzone.h>
#include <rte_ring.h>

#include "message/message.h"
#include "ring/doorbell.h"

/*
 * The two rings between this process and a neighbour, and the neighbour's doorbell. The
 * primary's neighbours are all secondaries; a secondary's only neighbour is the
 * primary.
 */
struct worker_link {
	struct rte_ring *out, *in;
	struct doorbell bell; /* the neighbour's; bell.fd stays the caller's */
	uint32_t generation;  /* of the neighbour's place, 0 for the primary */
	bool reset;           /* channel_reset() both rings first, with these: */
	char out_name[RTE_RING_NAMESIZE], in_name[RTE_RING_NAMESIZE];
	const struct rte_memzone *out_zone, *in_zone;
};

enum job_type {
	JOB_SEND,      /* send message to its destination */
	JOB_HAND_ON,   /* primary: send message to all secondaries but its source */
	JOB_OPEN,      /* open link, whose neighbour is peer */
	JOB_CLOSE,     /* close the link to peer: touch its rings no more */
	JOB_STREAM,    /* send the stream in ctx (struct stream) until it is over */
	JOB_SIMPLE_MP, /* simple_mp_send() message's text, and take over its result */
};

struct job {
	enum job_type type;
	unsigned int peer;       /* JOB_OPEN, JOB_CLOSE */
	struct worker_link link; /* JOB_OPEN */

	/* Called in the main thread when the job is done; must free the job. */
	void (*done)(struct job *job);
	void *ctx; /* the submitter's */

	/* 0; -ENOTCONN: no such link; -ENOBUFS: the ring is full; -EBADMSG: the ring
	 * holds garbage; -EBUSY: another stream is under way; -ECANCELED: the worker
	 * stopped.
	 */
	int result;
	uint64_t stamp;       /* JOB_SEND: TSC just before the message was put */
	unsigned int waiting; /* JOB_SIMPLE_MP: how many texts waited in the ring */

	struct message message; /* JOB_SEND, JOB_HAND_ON */
};

/* What the worker tells the main thread: mostly, that a message has come. */
struct worker_event {
	unsigned int neighbour; /* over whose link the message came */
	uint32_t generation;    /* of the link, from struct worker_link */
	bool garbage;        /* no message: the link was closed, its ring held garbage */
	bool monitor;        /* only to be shown, because "set monitor" is on */
	unsigned int unseen; /* messages that the monitor was not shown; no message */
	bool simple_mp;      /* from the simple_mp ring: only text and length count */
	bool delayed;        /* the main thread must send the answer, delay_ms later */
	uint32_t delay_ms;
	uint64_t stamp; /* TSC when the message was taken out of the ring */

	/* Copied from the message. */
	enum message_kind kind;
	unsigned int source, destination;
	uint8_t asker; /* low byte of the generation of who asks */
	uint32_t sequence;
	uint16_t length;
	uint8_t text[];
};

#endif

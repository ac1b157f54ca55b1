/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* DPDK's packets, as they lie in a mempool's objects. For one thread. */

#ifndef MPSH_OUTSIDE_MBUF_H
#define MPSH_OUTSIDE_MBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct follow;
struct group;
struct owners;
struct pool;

/* The port of a packet that has none (RTE_MBUF_PORT_INVALID). */
#define MBUF_NO_PORT UINT16_MAX

/* Where mbufs are found, and how they are linked. */
struct mbufs {
	const struct group *group;
	const struct owners *owners;
	struct follow *follow;
	uint32_t next; /* where rte_mbuf.next is; 0: not known yet */
};

struct mbuf {
	uint64_t address, next; /* next: the following segment, 0: none */
	uint64_t data;          /* where this segment's bytes begin */
	uint32_t packet_bytes;  /* of all segments */
	uint16_t data_bytes;    /* of this one, what is in its buffer */
	uint16_t segments, port, refcnt;
};

/*
 * Read the mbuf at this address, where an object of pool begins. Returns 0; -ENOENT: the
 * pool's objects are no mbufs, or none can be read.
 */
int mbuf_read(struct mbufs *mbufs, const struct pool *pool, uint64_t address,
	struct mbuf *mbuf);

/*
 * Read the segment that follows into *mbuf. Returns 0, or -ENOENT: there is none, or the
 * pointer is none to an mbuf.
 */
int mbuf_next(struct mbufs *mbufs, struct mbuf *mbuf);

/*
 * Copy the first bytes of a packet, of all its segments, into buf. Returns how many there
 * were, at most size.
 */
size_t mbuf_data(struct mbufs *mbufs, const struct mbuf *first, void *buf, size_t size);

#endif

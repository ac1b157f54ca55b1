/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Moves on MP/MC rings by one compare-and-swap of the head, from exactly the tail. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_ring.h>

#include "ring/mpmc.h"

int
mpmc_keep(struct mpmc *mpmc, struct rte_ring *ring)
{
	mpmc->ring = ring;
	mpmc->size = ring->size;
	mpmc->mask = ring->mask;
	mpmc->capacity = ring->capacity;
	if (mpmc->size == 0 || mpmc->size != mpmc->mask + 1 ||
		mpmc->capacity > mpmc->mask || (mpmc->size & mpmc->mask) != 0)
		return -EBADMSG;
	return 0;
}

bool
mpmc_is_sound(const struct mpmc *mpmc)
{
	const struct rte_ring *ring = mpmc->ring;

	return ring->size == mpmc->size && ring->mask == mpmc->mask &&
		ring->capacity == mpmc->capacity &&
		ring->prod.sync_type == RTE_RING_SYNC_MT &&
		ring->cons.sync_type == RTE_RING_SYNC_MT &&
		ring->prod.tail - ring->cons.tail <= mpmc->capacity;
}

unsigned int
mpmc_count(const struct mpmc *mpmc)
{
	uint32_t used = __atomic_load_n(&mpmc->ring->prod.tail, __ATOMIC_ACQUIRE) -
		__atomic_load_n(&mpmc->ring->cons.tail, __ATOMIC_ACQUIRE);

	return used > mpmc->capacity ? mpmc->capacity : used;
}

static void **
slot(const struct mpmc *mpmc, uint32_t position)
{
	/* The elements follow the header (rte_ring_elem_pvt.h). */
	return (void **)&mpmc->ring[1] + (position & mpmc->mask);
}

/*
 * Begin at the tail: move the head from it by one. Whoever has moved the head before has
 * moved the tail after it too, so the element between them is this process's alone.
 */
static bool
begin(struct rte_ring_headtail *side, uint32_t tail)
{
	return __atomic_compare_exchange_n(
		&side->head, &tail, tail + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

int
mpmc_put(const struct mpmc *mpmc, void *object)
{
	struct rte_ring *ring = mpmc->ring;
	uint32_t tail = __atomic_load_n(&ring->prod.tail, __ATOMIC_ACQUIRE);
	uint32_t taken = __atomic_load_n(&ring->cons.tail, __ATOMIC_ACQUIRE);

	if (tail - taken >= mpmc->capacity)
		return -ENOBUFS;
	if (!begin(&ring->prod, tail))
		return -EBUSY;
	*slot(mpmc, tail) = object;
	__atomic_store_n(&ring->prod.tail, tail + 1, __ATOMIC_RELEASE);
	return 0;
}

int
mpmc_take(const struct mpmc *mpmc, void **object)
{
	struct rte_ring *ring = mpmc->ring;
	uint32_t tail = __atomic_load_n(&ring->cons.tail, __ATOMIC_ACQUIRE);

	if (tail == __atomic_load_n(&ring->prod.tail, __ATOMIC_ACQUIRE))
		return -ENOENT;
	if (!begin(&ring->cons, tail))
		return -EBUSY;
	*object = *slot(mpmc, tail);
	__atomic_store_n(&ring->cons.tail, tail + 1, __ATOMIC_RELEASE);
	return 0;
}

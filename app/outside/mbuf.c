/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Reads mbufs, and finds out how those of a group are linked. */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "outside/follow.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/mbuf.h"
#include "outside/owner.h"
#include "outside/pool.h"

/* The two places of rte_mbuf.next: RTE_IOVA_IN_MBUF is an option of DPDK's build. */
#define NEXT_IN_FIRST_LINE 8
#define NEXT_IN_SECOND_LINE 64

/* How many of a pool's mbufs are asked which of the two it is. */
#define ASKED 64

/* No mbuf's header is longer. */
#define HEADER_MAX 256

static uint16_t
u16(const void *copy, uint32_t offset)
{
	uint16_t number;

	memcpy(&number, (const char *)copy + offset, sizeof(number));
	return number;
}

/* Copy the header of an mbuf of this pool; false if it is none. */
static bool
copy_header(const struct group *group, const struct pool *pool, uint64_t address,
	char header[HEADER_MAX])
{
	const struct layout *layout = group->layout;

	return layout->size_of_rte_mbuf <= HEADER_MAX &&
		pool->element_bytes >= layout->size_of_rte_mbuf &&
		group_read(group, address, header, layout->size_of_rte_mbuf) == 0 &&
		group_u64(header, layout->rte_mbuf_pool) == pool->address;
}

/*
 * An mbuf whose buffer is its own has at 8 either the buffer's IO address, which lies as
 * far behind the object's as the buffer behind the mbuf, or the next mbuf or NULL.
 * Returns the place, 0 if this mbuf does not tell.
 */
static uint32_t
ask(const struct mbufs *mbufs, const struct pool *pool, uint64_t address)
{
	const struct layout *layout = mbufs->group->layout;
	char header[HEADER_MAX];
	uint64_t iova, word;

	if (!copy_header(mbufs->group, pool, address, header) ||
		group_read(mbufs->group,
			address - layout->size_of_rte_mempool_objhdr +
				layout->rte_mempool_objhdr_iova,
			&iova, sizeof(iova)) < 0)
		return 0;
	word = group_u64(header, NEXT_IN_FIRST_LINE);
	if (word == 0)
		return NEXT_IN_FIRST_LINE;
	if (word == iova + group_u64(header, layout->rte_mbuf_buf_addr) - address)
		return NEXT_IN_SECOND_LINE;
	return owners_of(mbufs->owners, word).kind == OWNER_OBJECT ? NEXT_IN_FIRST_LINE
								   : 0;
}

static uint32_t
find_next(const struct mbufs *mbufs, const struct pool *pool)
{
	const struct layout *layout = mbufs->group->layout;
	uint64_t at = pool->elements;
	unsigned int first = 0, second = 0, i;
	uint32_t place;

	for (i = 0; i < ASKED && at != 0; i++) {
		place = ask(mbufs, pool, at + layout->size_of_rte_mempool_objhdr);
		first += place == NEXT_IN_FIRST_LINE;
		second += place == NEXT_IN_SECOND_LINE;
		if (group_read(mbufs->group, at + layout->rte_mempool_objhdr_next, &at,
			    sizeof(at)) < 0)
			break;
	}
	return first > second ? NEXT_IN_FIRST_LINE : NEXT_IN_SECOND_LINE;
}

int
mbuf_read(
	struct mbufs *mbufs, const struct pool *pool, uint64_t address, struct mbuf *mbuf)
{
	const struct layout *layout = mbufs->group->layout;
	uint16_t room, offset, bytes;
	char header[HEADER_MAX];

	if (!copy_header(mbufs->group, pool, address, header))
		return -ENOENT;
	if (mbufs->next == 0)
		mbufs->next = find_next(mbufs, pool);
	room = u16(header, layout->rte_mbuf_buf_len);
	offset = u16(header, layout->rte_mbuf_data_off);
	bytes = u16(header, layout->rte_mbuf_data_len);
	if (offset > room)
		offset = room;
	*mbuf = (struct mbuf){
		.address = address,
		.next = group_u64(header, mbufs->next),
		.data = group_u64(header, layout->rte_mbuf_buf_addr) + offset,
		.packet_bytes = group_u32(header, layout->rte_mbuf_pkt_len),
		.data_bytes = bytes <= room - offset ? bytes : room - offset,
		.segments = u16(header, layout->rte_mbuf_nb_segs),
		.port = u16(header, layout->rte_mbuf_port),
		.refcnt = u16(header, layout->rte_mbuf_refcnt),
	};
	return 0;
}

int
mbuf_next(struct mbufs *mbufs, struct mbuf *mbuf)
{
	uint64_t next = mbuf->next;
	struct owner owner = owners_of(mbufs->owners, next);

	if (next == 0 || owner.kind != OWNER_OBJECT)
		return -ENOENT;
	return mbuf_read(mbufs, owner.pool, next, mbuf);
}

size_t
mbuf_data(struct mbufs *mbufs, const struct mbuf *first, void *buf, size_t size)
{
	struct mbuf mbuf = *first;
	unsigned int left = first->segments;
	size_t have = 0, bytes;

	/* As many segments as the first one says: a chain may be a circle. */
	do {
		bytes = mbuf.data_bytes < size - have ? mbuf.data_bytes : size - have;
		if (follow_read(mbufs->follow, mbuf.data, (char *)buf + have, bytes) < 0)
			break;
		have += bytes;
	} while (have < size && left-- > 1 && mbuf_next(mbufs, &mbuf) == 0);
	return have;
}

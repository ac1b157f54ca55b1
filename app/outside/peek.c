/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks into a ring. */

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json.h"
#include "base/memory.h"
#include "outside/element.h"
#include "outside/find.h"
#include "outside/follow.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/look.h"
#include "outside/mbuf.h"
#include "outside/owner.h"
#include "outside/pcap.h"
#include "outside/peek.h"
#include "outside/ring.h"

/* Elements of rings that do not say their size are taken for pointers. */
#define POINTER_BYTES 8

/* How many slots on each side of the next one are asked whether they are pointers. */
#define ASKED 64

struct peek {
	const struct peek_wish *wish;
	struct group group;
	struct ring ring;
	struct follow follow;
	struct owners owners;
	struct elements elements;
	bool is_assumed; /* the size of the elements */
	bool is_pointers;
	uint32_t first; /* position of the first element that is looked at */
	uint32_t n;     /* how many are looked at, and how many of them shown */
	uint32_t n_shown;
	uint8_t *copy; /* of an element, wish->bytes or POINTER_BYTES */
	uint8_t *packet;
	struct pcap pcap;
};

/* ---- the ring ---- */

/* Is it "0x" and an address? */
static bool
parse_address(const char *typed, size_t length, uint64_t *address)
{
	char text[20], *end;

	if (length < 3 || length >= sizeof(text) || typed[0] != '0' || typed[1] != 'x')
		return false;
	memcpy(text, typed + 2, length - 2);
	text[length - 2] = '\0';
	if (text[strspn(text, "0123456789abcdefABCDEF")] != '\0')
		return false;
	errno = 0;
	*address = strtoull(text, &end, 16);
	return errno == 0;
}

/* A ring in no list is believed when its header can be one. */
static int
read_ring_at(struct peek *peek, uint64_t address, char *error, size_t size)
{
	char header[1024];

	if (peek->group.layout->size_of_rte_ring > sizeof(header) ||
		follow_read(&peek->follow, address, header,
			peek->group.layout->size_of_rte_ring) < 0 ||
		ring_read(&peek->group, address, &peek->ring) < 0) {
		snprintf(error, size, "0x%" PRIx64 " is not in the memory of the process",
			address);
		return -EFAULT;
	}
	if (!ring_is_sound(&peek->ring)) {
		snprintf(error, size, "there is no ring at 0x%" PRIx64, address);
		return -ENOENT;
	}
	return 0;
}

static int
open_ring(struct peek *peek, char *error, size_t size)
{
	const struct peek_wish *wish = peek->wish;
	uint64_t address;
	int ret = find_ring(
		&peek->group, wish->ring, wish->ring_length, &peek->ring, error, size);

	if (ret < 0 && parse_address(wish->ring, wish->ring_length, &address))
		ret = read_ring_at(peek, address, error, size);
	if (ret == 0)
		ret = ring_check(&peek->ring, error, size);
	if (ret < 0)
		return ret;
	peek->is_assumed = peek->ring.element_bytes == 0;
	if (peek->is_assumed)
		peek->ring.element_bytes = POINTER_BYTES;
	return 0;
}

static int
read_slot(struct peek *peek, uint32_t position, void *buf, size_t bytes)
{
	return follow_read(&peek->follow, ring_slot(&peek->group, &peek->ring, position),
		buf, bytes);
}

/*
 * Elements of 8 bytes are pointers when most of them, of those that wait and those that
 * were taken before, lead to a pool or a memzone.
 */
static bool
are_pointers(struct peek *peek)
{
	uint32_t around = peek->ring.size / 2 < ASKED ? peek->ring.size / 2 : ASKED;
	uint32_t i, n = 0, hits = 0;
	uint64_t word;

	if (peek->ring.element_bytes != POINTER_BYTES)
		return false;
	for (i = 0; i < 2 * around; i++) {
		if (read_slot(peek, peek->ring.consumer.tail - around + i, &word,
			    sizeof(word)) < 0 ||
			word == 0)
			continue;
		n++;
		hits += owners_of(&peek->owners, word).kind != OWNER_NOBODY;
	}
	return hits * 2 > n;
}

/* ---- which elements ---- */

/*
 * Those that were taken stay in their slots until a producer begins to write there. No
 * more were taken than the positions count, as long as they have not wrapped.
 */
static uint32_t
count_taken(const struct ring *ring)
{
	uint32_t taken = ring->consumer.tail;
	uint32_t held = ring->producer.head - ring->consumer.tail;
	uint32_t left = held < ring->size ? ring->size - held : 0;

	return taken < left ? taken : left;
}

static void
choose(struct peek *peek)
{
	const struct peek_wish *wish = peek->wish;
	uint32_t there = wish->taken ? count_taken(&peek->ring) : ring_used(&peek->ring);

	peek->n = wish->elements != 0 ? wish->elements
		: wish->pcap != NULL  ? there
				      : PEEK_ELEMENTS;
	if (peek->n > there)
		peek->n = there;
	peek->n_shown = wish->elements != 0 ? wish->elements : PEEK_ELEMENTS;
	if (peek->n_shown > peek->n)
		peek->n_shown = peek->n;
	peek->first = peek->ring.consumer.tail - (wish->taken ? peek->n : 0);
}

/* How many of those that were looked at, from the first on, may have changed since? */
static uint32_t
count_changed(const struct peek *peek)
{
	struct ring now = peek->ring;
	uint32_t before = peek->ring.consumer.tail, n, held;

	if (ring_look(&peek->group, &now) < 0)
		return 0;
	if (!peek->wish->taken) {
		n = now.consumer.head - before;
	} else {
		held = now.producer.head - peek->first;
		n = held > now.size ? held - now.size : 0;
	}
	return n < peek->n ? n : peek->n;
}

/* ---- looking at them ---- */

static void
capture(struct peek *peek, uint64_t address)
{
	struct mbuf mbuf;
	size_t n, length;

	if (!element_mbuf(&peek->elements, address, &mbuf))
		return;
	length =
		mbuf.packet_bytes < PCAP_PACKET_MAX ? mbuf.packet_bytes : PCAP_PACKET_MAX;
	n = mbuf_data(&peek->elements.mbufs, &mbuf, peek->packet, length);
	pcap_write(&peek->pcap, peek->packet, n, mbuf.packet_bytes);
}

static json_t *
look_at_elements(struct peek *peek)
{
	json_t *elements = json_array();
	size_t bytes = peek->ring.element_bytes;
	uint64_t address;
	uint32_t i;

	if (!peek->is_pointers && bytes > peek->wish->bytes)
		bytes = peek->wish->bytes;
	for (i = 0; i < peek->n; i++) {
		int64_t position = (int64_t)i - (peek->wish->taken ? peek->n : 0);
		/* Of those that were taken the newest are shown. */
		bool is_shown = peek->wish->taken ? i >= peek->n - peek->n_shown
						  : i < peek->n_shown;

		if (read_slot(peek, peek->first + i, peek->copy, bytes) < 0)
			break;
		if (!peek->is_pointers) {
			if (is_shown)
				json_array_append_new(elements,
					element_value(position, peek->copy, bytes));
			continue;
		}
		memcpy(&address, peek->copy, sizeof(address));
		if (is_shown)
			json_array_append_new(elements,
				element_pointer(&peek->elements, position, address));
		if (peek->wish->pcap != NULL)
			capture(peek, address);
	}
	return elements;
}

static json_t *
document(struct peek *peek)
{
	const struct peek_wish *wish = peek->wish;
	const struct ring *ring = &peek->ring;
	json_t *elements = look_at_elements(peek);
	uint32_t changed = count_changed(peek), not_shown = 0;
	char address[32];

	/* With a capture file more are looked at than shown. */
	if (wish->taken)
		not_shown = peek->n - peek->n_shown;
	changed = changed > not_shown ? changed - not_shown : 0;
	if (changed > json_array_size(elements))
		changed = json_array_size(elements);
	snprintf(address, sizeof(address), "0x%" PRIx64, ring->address);
	return json_pack("{s:o, s:s, s:I, s:I, s:I, s:b, s:b, s:b, s:I, s:o, s:o, s:o}",
		"ring", json_of_bytes(ring->name, ring->name_length), "address", address,
		"waiting", (json_int_t)ring_used(ring), "capacity",
		(json_int_t)ring->capacity, "element_bytes",
		(json_int_t)ring->element_bytes, "assumed", peek->is_assumed, "pointers",
		peek->is_pointers, "taken", wish->taken, "changed", (json_int_t)changed,
		"elements", elements, "file",
		wish->pcap != NULL ? json_of_string(wish->pcap) : json_null(), "packets",
		json_of_number(wish->pcap != NULL, peek->pcap.packets));
}

/* ---- all of it ---- */

static int
prepare(struct peek *peek, char *error, size_t size)
{
	const struct peek_wish *wish = peek->wish;
	size_t bytes = wish->bytes > POINTER_BYTES ? wish->bytes : POINTER_BYTES;

	peek->copy = memory_get(bytes);
	if (wish->pcap != NULL)
		peek->packet = memory_get(PCAP_PACKET_MAX);
	if (peek->copy == NULL || (wish->pcap != NULL && peek->packet == NULL) ||
		owners_open(&peek->group, &peek->owners) < 0) {
		snprintf(error, size, "out of memory");
		return -ENOMEM;
	}
	peek->elements.bytes = wish->bytes;
	peek->elements.mbufs.group = &peek->group;
	peek->elements.mbufs.owners = &peek->owners;
	peek->elements.mbufs.follow = &peek->follow;
	peek->is_pointers = are_pointers(peek);
	choose(peek);
	return wish->pcap != NULL ? pcap_open(&peek->pcap, wish->pcap, error, size) : 0;
}

static int
look_into(struct peek *peek, json_t **result, char *error, size_t size)
{
	int ret = open_ring(peek, error, size);

	if (ret == 0)
		ret = prepare(peek, error, size);
	if (ret < 0)
		return ret;
	*result = document(peek);
	if (peek->wish->pcap != NULL)
		ret = pcap_close(&peek->pcap, error, size);
	if (ret < 0)
		json_decref(*result);
	return ret;
}

int
peek_look(const struct peek_wish *wish, json_t **result, char *error, size_t size)
{
	struct peek peek = { .wish = wish };
	int ret;

	if ((uint64_t)wish->elements * wish->bytes > PEEK_BYTES_MAX) {
		snprintf(error, size,
			"%u elements of %u bytes are too much to show: at most 16 MiB",
			wish->elements, wish->bytes);
		return -E2BIG;
	}
	ret = look_open(&peek.group, error, size);
	if (ret < 0)
		return ret;
	ret = follow_open(&peek.group, &peek.follow);
	if (ret < 0)
		snprintf(error, size, "out of memory");
	else
		ret = look_into(&peek, result, error, size);
	free(peek.copy);
	free(peek.packet);
	owners_close(&peek.owners);
	follow_close(&peek.follow);
	group_close(&peek.group);
	return ret;
}

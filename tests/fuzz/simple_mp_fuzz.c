/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The decoder of the simple_mp pair. Its rings and its pool lie in private memory; the
 * input is what another process does there between our own sends and receives: it sends
 * and receives as it should, or writes into rings, their headers and elements what it
 * likes.
 */

#include <errno.h>

#include <rte_errno.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "fuzz.h"

#define OBJECTS 15
#define OBJECT_SIZE 128
#define RING_SLOTS 16

/* What of DPDK would look into shared memory. */
static struct rte_mempool *fuzz_mempool_create(void);
static struct rte_mempool *fuzz_mempool_lookup(const char *name);
static struct rte_ring *fuzz_ring_create(void);
static struct rte_ring *fuzz_ring_lookup(const char *name);
static uint32_t fuzz_obj_iter(
	struct rte_mempool *pool, rte_mempool_obj_cb_t *callback, void *arg);

#define rte_mempool_create(...) fuzz_mempool_create()
#define rte_mempool_lookup fuzz_mempool_lookup
#define rte_mempool_obj_iter fuzz_obj_iter
#define rte_ring_create(...) fuzz_ring_create()
#define rte_ring_lookup fuzz_ring_lookup

#include "../../app/ring/simple_mp.c"

static struct rte_mempool pool;
static struct rte_ring *to_us, *from_us, *free_ones;
static uint8_t *objects[OBJECTS];

static struct rte_mempool *
fuzz_mempool_create(void)
{
	return NULL;
}

static struct rte_ring *
fuzz_ring_create(void)
{
	return NULL;
}

static struct rte_mempool *
fuzz_mempool_lookup(const char *name)
{
	CHECK(strcmp(name, POOL) == 0);
	return &pool;
}

static struct rte_ring *
fuzz_ring_lookup(const char *name)
{
	if (strcmp(name, TO_PRIMARY) == 0)
		return from_us;
	if (strcmp(name, TO_SECONDARY) == 0)
		return to_us;
	CHECK(strcmp(name, "MP_" POOL) == 0);
	return free_ones;
}

static uint32_t
fuzz_obj_iter(struct rte_mempool *mempool, rte_mempool_obj_cb_t *callback, void *arg)
{
	unsigned int i;

	for (i = 0; i < OBJECTS; i++)
		callback(mempool, arg, objects[i], i);
	return OBJECTS;
}

static struct rte_ring *
make_ring(struct rte_ring *ring)
{
	if (ring == NULL)
		ring = aligned_alloc(64, rte_ring_get_memsize(RING_SLOTS));
	CHECK(ring != NULL && rte_ring_init(ring, "fuzz", RING_SLOTS, 0) == 0);
	return ring;
}

static void
begin(void)
{
	unsigned int i;

	/* Each object in memory of its own, so that a step past its end is seen. */
	for (i = 0; i < OBJECTS && objects[i] == NULL; i++) {
		objects[i] = calloc(1, OBJECT_SIZE);
		CHECK(objects[i] != NULL);
	}
	to_us = make_ring(to_us);
	from_us = make_ring(from_us);
	free_ones = make_ring(free_ones);
	for (i = 0; i < OBJECTS; i++)
		CHECK(rte_ring_enqueue(free_ones, objects[i]) == 0);
	pool.size = OBJECTS;
	pool.elt_size = OBJECT_SIZE;
	pool.pool_data = free_ones;
	memset(&simple_mp, 0, sizeof(simple_mp));
	CHECK(simple_mp_attach() == 0 && simple_mp_is_there());
}

/* Where the other process goes astray: any 4 bytes of a ring's header that are used, or a
 * slot. */
static void
write_ring(struct input *input)
{
	struct rte_ring *rings[] = { to_us, from_us, free_ones };
	struct rte_ring *ring = rings[input_byte(input) % RTE_DIM(rings)];
	uint32_t *fields[] = { &ring->size, &ring->mask, &ring->capacity,
		(uint32_t *)&ring->prod.head, (uint32_t *)&ring->prod.tail,
		(uint32_t *)&ring->cons.head, (uint32_t *)&ring->cons.tail,
		(uint32_t *)&ring->prod.sync_type, (uint32_t *)&ring->cons.sync_type };
	unsigned int which = input_byte(input);
	void *pointer;

	if (which < 128) {
		*fields[which % RTE_DIM(fields)] = input_word(input);
		return;
	}
	if (which < 192)
		input_take(input, &pointer, sizeof(pointer));
	else
		pointer = objects[which % OBJECTS] + (int8_t)input_byte(input);
	((void **)&ring[1])[input_byte(input) % RING_SLOTS] = pointer;
}

/* As simple_mp does it. */
static void
other_sends(struct input *input)
{
	void *object;

	if (check() < 0 || rte_ring_dequeue(free_ones, &object) < 0 || !is_object(object))
		return;
	input_take(input, object, OBJECT_SIZE);
	if (rte_ring_enqueue(to_us, object) < 0)
		rte_ring_enqueue(free_ones, object);
}

static void
other_receives(void)
{
	void *object;

	if (check() == 0 && rte_ring_dequeue(from_us, &object) == 0)
		rte_ring_enqueue(free_ones, object);
}

/* Is no process in the middle of an enqueue or a dequeue? */
static bool
is_quiet(const struct mpmc *mpmc)
{
	return mpmc->ring->prod.head == mpmc->ring->prod.tail &&
		mpmc->ring->cons.head == mpmc->ring->cons.tail;
}

static bool
is_all_quiet(void)
{
	return is_quiet(&simple_mp.in) && is_quiet(&simple_mp.out) &&
		is_quiet(&simple_mp.pool);
}

static void
receive(void)
{
	char *text = malloc(SIMPLE_MP_TEXT_MAX);
	int length;

	CHECK(text != NULL);
	memset(text, 'x', SIMPLE_MP_TEXT_MAX);
	length = simple_mp_receive(text);
	CHECK(length == -EAGAIN || length == -EBADMSG || length == -ENOENT ||
		(length >= 0 && length <= SIMPLE_MP_TEXT_MAX));
	if (length > 0)
		CHECK(memchr(text, '\0', length) == NULL);
	free(text);
}

static void
send(uint8_t length)
{
	unsigned int waiting = 0;
	uint8_t *text;
	int ret;

	if (length > SIMPLE_MP_TEXT_MAX)
		length = SIMPLE_MP_TEXT_MAX;
	text = calloc(1, SIMPLE_MP_TEXT_MAX);
	CHECK(text != NULL);
	memset(text, 'y', length);
	ret = simple_mp_send((const char *)text, length, &waiting);
	CHECK(ret == 0 || ret == -ENOBUFS || ret == -ENOMEM || ret == -EBADMSG ||
		ret == -ENOENT);
	free(text);
}

static void
fuzz_length(struct input *input)
{
	size_t size = input->size < OBJECT_SIZE ? input->size : OBJECT_SIZE;
	uint8_t *element = copy_exactly(input->data, size);
	size_t length = simple_mp_length((const char *)element, size);

	CHECK(length <= size && length <= SIMPLE_MP_TEXT_MAX);
	CHECK(length == size || length == SIMPLE_MP_TEXT_MAX || element[length] == '\0');
	free(element);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	unsigned int rounds = 0;

	begin();
	while (input.size > 0 && rounds++ < 128) {
		uint8_t op = input_byte(&input);

		switch (op % 7) {
		case 0:
		case 1:
			receive();
			break;
		case 2:
			send(input_byte(&input));
			break;
		case 3:
			if (simple_mp.there && is_all_quiet())
				other_sends(&input);
			break;
		case 4:
			if (simple_mp.there && is_all_quiet())
				other_receives();
			break;
		case 5:
			write_ring(&input);
			break;
		case 6:
			fuzz_length(&input);
			break;
		}
	}
	simple_mp_stop();
	free(simple_mp.objects);
	simple_mp.objects = NULL;
	return 0;
}

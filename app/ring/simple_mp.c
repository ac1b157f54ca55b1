/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The pair of rings and the mempool of DPDK's simple_mp sample. */

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "base/memory.h"
#include "ring/mpmc.h"
#include "ring/simple_mp.h"

#define TO_SECONDARY "PRI_2_SEC"
#define TO_PRIMARY "SEC_2_PRI"
#define POOL "MSG_POOL"

#define RING_SIZE 64
#define POOL_SIZE 1023
#define ELEMENT_SIZE 128

/* A global: the names are fixed, so a process has one pair. */
static struct {
	bool there;
	struct mpmc out, in, pool;
	uintptr_t *objects; /* addresses of the pool's objects, sorted */
	unsigned int n_objects, max_objects;
	unsigned int element_size;
	void *to_return; /* object to give back as soon as may be, or NULL */
} simple_mp;

bool
simple_mp_is_there(void)
{
	return simple_mp.there;
}

static int
compare(const void *a, const void *b)
{
	uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;

	return x < y ? -1 : x > y;
}

static void
add_object(struct rte_mempool *pool, void *arg, void *object, unsigned int i)
{
	(void)pool;
	(void)arg;
	(void)i;
	if (simple_mp.n_objects < simple_mp.max_objects)
		simple_mp.objects[simple_mp.n_objects++] = (uintptr_t)object;
}

/* Note the pool, its ring and its objects; from then on the pair can be used. */
static int
keep_pool(struct rte_mempool *pool, struct rte_ring *pool_ring)
{
	if (pool == NULL || pool_ring == NULL)
		return -ENOENT;
	if (pool->elt_size < 2 || mpmc_keep(&simple_mp.pool, pool_ring) < 0)
		return -EBADMSG;
	simple_mp.element_size =
		pool->elt_size < ELEMENT_SIZE ? pool->elt_size : ELEMENT_SIZE;
	simple_mp.max_objects = pool->size;
	simple_mp.objects =
		memory_zeroed(simple_mp.max_objects * sizeof(*simple_mp.objects));
	if (simple_mp.objects == NULL)
		return -ENOMEM;
	rte_mempool_obj_iter(pool, add_object, NULL);
	qsort(simple_mp.objects, simple_mp.n_objects, sizeof(*simple_mp.objects),
		compare);
	simple_mp.there = true;
	return 0;
}

int
simple_mp_create(void)
{
	struct rte_ring *out = rte_ring_create(TO_SECONDARY, RING_SIZE, SOCKET_ID_ANY, 0);
	struct rte_ring *in = rte_ring_create(TO_PRIMARY, RING_SIZE, SOCKET_ID_ANY, 0);
	struct rte_mempool *pool;

	if (out == NULL || in == NULL || mpmc_keep(&simple_mp.out, out) < 0 ||
		mpmc_keep(&simple_mp.in, in) < 0)
		return -rte_errno;
	/* No cache: two processes with the same lcore id would share it (fact 12). */
	pool = rte_mempool_create(POOL, POOL_SIZE, ELEMENT_SIZE, 0, 0, NULL, NULL, NULL,
		NULL, SOCKET_ID_ANY, 0);
	if (pool == NULL)
		return -rte_errno;
	return keep_pool(pool, pool->pool_data);
}

int
simple_mp_attach(void)
{
	struct rte_ring *out = rte_ring_lookup(TO_PRIMARY);
	struct rte_ring *in = rte_ring_lookup(TO_SECONDARY);

	if (out == NULL || in == NULL)
		return -ENOENT;
	if (mpmc_keep(&simple_mp.out, out) < 0 || mpmc_keep(&simple_mp.in, in) < 0)
		return -EBADMSG;
	return keep_pool(rte_mempool_lookup(POOL), rte_ring_lookup("MP_" POOL));
}

/*
 * Check that there is a pair and that its three rings are sound. A damaged pair is not
 * used again. Returns 0, -ENOENT or -EBADMSG.
 */
static int
check(void)
{
	if (!simple_mp.there)
		return -ENOENT;
	if (mpmc_is_sound(&simple_mp.out) && mpmc_is_sound(&simple_mp.in) &&
		mpmc_is_sound(&simple_mp.pool))
		return 0;
	simple_mp.there = false;
	return -EBADMSG;
}

size_t
simple_mp_length(const char *element, size_t size)
{
	size_t length = strnlen(element, size);

	return length < SIMPLE_MP_TEXT_MAX ? length : SIMPLE_MP_TEXT_MAX;
}

static bool
is_object(const void *pointer)
{
	uintptr_t key = (uintptr_t)pointer;

	return bsearch(&key, simple_mp.objects, simple_mp.n_objects, sizeof(key),
		       compare) != NULL;
}

/*
 * Give the last object back to the pool, unless a process is at work on the pool's
 * ring.
 */
static void
return_object(void)
{
	if (simple_mp.to_return != NULL &&
		mpmc_put(&simple_mp.pool, simple_mp.to_return) == 0)
		simple_mp.to_return = NULL;
}

int
simple_mp_send(const char *text, size_t length, unsigned int *waiting)
{
	void *object;
	int ret = check();

	if (ret < 0)
		return ret;
	return_object();
	*waiting = mpmc_count(&simple_mp.out);
	if (*waiting == simple_mp.out.capacity)
		return -ENOBUFS;
	if (simple_mp.to_return != NULL || mpmc_take(&simple_mp.pool, &object) < 0)
		return -ENOMEM;
	if (!is_object(object)) {
		simple_mp.there = false;
		return -EBADMSG;
	}
	if (length > simple_mp.element_size - 1)
		length = simple_mp.element_size - 1;
	memcpy(object, text, length);
	((char *)object)[length] = '\0';
	if (mpmc_put(&simple_mp.out, object) < 0) {
		simple_mp.to_return = object;
		return_object();
		return -ENOBUFS;
	}
	return 0;
}

int
simple_mp_receive(char *text)
{
	size_t length;
	void *object;
	int ret = check();

	if (ret < 0)
		return ret;
	return_object();
	if (simple_mp.to_return != NULL || mpmc_take(&simple_mp.in, &object) < 0)
		return -EAGAIN;
	if (!is_object(object)) {
		simple_mp.there = false;
		return -EBADMSG;
	}
	length = simple_mp_length(object, simple_mp.element_size);
	memcpy(text, object, length);
	simple_mp.to_return = object;
	return_object();
	return length;
}

void
simple_mp_stop(void)
{
	unsigned int i;

	for (i = 0; simple_mp.to_return != NULL && i < 1000 && check() == 0; i++)
		return_object();
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The one shared ring pair of DPDK's simple_mp sample: PRI_2_SEC, SEC_2_PRI and the pool
 * MSG_POOL, C strings of up to 127 bytes in elements of 128 (DPDK,
 * examples/multi_process/simple_mp). An mpsh primary has them for simple_mp to attach to;
 * a guest uses those of the primary it found.
 *
 * The rings are DPDK's own, any process may be on them: pointers are checked to be
 * objects of the pool, and objects are taken and given back through the pool's ring,
 * never its caches (indexed by lcore id in shared memory) or operations (whose table
 * differs between builds).
 */

#ifndef MPSH_RING_SIMPLE_MP_H
#define MPSH_RING_SIMPLE_MP_H

#include <stdbool.h>
#include <stddef.h>

#define SIMPLE_MP_TEXT_MAX 127 /* bytes, without the NUL */

/* Make the pair in a primary. Returns 0 or -errno. Main thread, before the worker starts.
 */
int simple_mp_create(void);

/* Find the pair of the primary we are a guest of. Returns 0, -ENOENT, -EBADMSG, -ENOMEM.
 * As above. */
int simple_mp_attach(void);

/* Is there a pair? Any thread, after the above. */
bool simple_mp_is_there(void);

/*
 * Put a text (1 to SIMPLE_MP_TEXT_MAX bytes) into the ring that leads away from us.
 * Returns 0; -ENOBUFS with the ring's fill in *waiting; -ENOMEM when the pool is empty;
 * -EBADMSG when what lies there is not to be believed (then the pair is used no more).
 * The worker alone.
 */
int simple_mp_send(const char *text, size_t length, unsigned int *waiting);

/*
 * Take the next text from the ring that leads to us; it is copied into text
 * (SIMPLE_MP_TEXT_MAX bytes, no NUL) and its object given back. Returns its length;
 * -EAGAIN when there is none; -EBADMSG as above. The worker alone.
 */
int simple_mp_receive(char *text);

/* Give back what is still owed to the pool. The worker alone, at its end. */
void simple_mp_stop(void);

/* Decode an element: the string's length within size bytes. Pure; for the fuzzer. */
size_t simple_mp_length(const char *element, size_t size);

#endif

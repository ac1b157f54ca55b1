/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The pair of rings of DPDK's simple_mp sample, PRI_2_SEC and SEC_2_PRI, with its
 * mempool MSG_POOL: the rings carry pointers to elements of 128 bytes, each a C string
 * of up to 127 bytes (DPDK, examples/multi_process/simple_mp). An mpsh primary creates
 * them so that simple_mp can attach; a guest uses those of its primary, if there are
 * any.
 *
 * Any process may use these rings, so a pointer is checked to be an object of the pool.
 * Objects are taken and given back through the pool's ring, never through its caches
 * (fact 12 of app/README.md) or its operations (whose table differs between builds).
 */

#ifndef MPSH_RING_SIMPLE_MP_H
#define MPSH_RING_SIMPLE_MP_H

#include <stdbool.h>
#include <stddef.h>

#define SIMPLE_MP_TEXT_MAX 127 /* bytes, without the NUL */

/*
 * Create the pair, in a primary. Returns 0 or -errno. Main thread, before
 * worker_start().
 */
int simple_mp_create(void);

/*
 * Look up the primary's pair, in a guest. Returns 0; -ENOENT: there is none; -EBADMSG:
 * the rings or the pool are damaged; -ENOMEM. Main thread, before worker_start().
 */
int simple_mp_attach(void);

/* Is there a pair, and is it not damaged? Any thread. */
bool simple_mp_is_there(void);

/*
 * Send a text of 1 to SIMPLE_MP_TEXT_MAX bytes. *waiting gets how many texts wait in
 * the ring. Returns 0; -ENOENT: there is no pair; -ENOBUFS: the ring is full or in use
 * by another process; -ENOMEM: the same of the pool, which may be empty; -EBADMSG: the
 * pair is damaged and is not used any more. The worker alone.
 */
int simple_mp_send(const char *text, size_t length, unsigned int *waiting);

/*
 * Receive the next text, without a NUL, into text (SIMPLE_MP_TEXT_MAX bytes). Returns
 * its length; -EAGAIN: no text can be taken now; -ENOENT and -EBADMSG as
 * simple_mp_send(). The worker alone.
 */
int simple_mp_receive(char *text);

/*
 * Give the last object back to the pool if it is not yet. The worker alone, at its end.
 */
void simple_mp_stop(void);

/*
 * The length of the string in an element of size bytes, at most SIMPLE_MP_TEXT_MAX.
 * Public only for the fuzzer.
 */
size_t simple_mp_length(const char *element, size_t size);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What the handlers in EAL's rte_mp thread have in common: received descriptors, and
 * handing messages over to the main thread.
 */

#ifndef MPSH_MP_HANDLER_H
#define MPSH_MP_HANDLER_H

#include <stdbool.h>

#include <rte_eal.h>

/*
 * At most so many messages of the handlers wait for the main thread; further ones are
 * dropped without an answer.
 */
#define POSTS_MAX 4096

/* Set this secondary's number; from now on broadcasts are answered. Main thread. */
void ipc_set_number(unsigned int number);

/*
 * In the primary, once the hub is ready: take attach requests, which were refused with
 * ATTACH_NOT_READY so far. Main thread.
 */
void ipc_accept_attaches(void);

/* Close those of the n descriptors that are not negative. Any thread. */
void handler_close_fds(const int fds[], int n);

/*
 * How many of msg->fds are set: num_fds, but never below 0 or above the array's size.
 */
int handler_count_fds(const struct rte_mp_msg *msg);

/*
 * Write into names what each received descriptor is ("/dev/null",
 * "anon_inode:[eventfd]", …, cut to 63 bytes), then close all. Returns their number.
 * Any thread.
 */
int handler_describe_fds(const struct rte_mp_msg *msg, char names[][64]);

/*
 * Have the main thread call fn(arg), which must call handler_post_taken() and free arg.
 * arg is from malloc(). Returns false when POSTS_MAX posts wait already or memory is
 * short; arg is freed then, but not the descriptors in it. EAL's rte_mp thread.
 */
bool handler_post(void (*fn)(void *arg), void *arg);

/* One post of handler_post() waits no more. Main thread. */
void handler_post_taken(void);

/* Has ipc_stop() been called? Then handlers do nothing. Any thread. */
bool handler_is_stopping(void);

#endif

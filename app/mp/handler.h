/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What every handler in EAL's rte_mp thread does: descriptors, and handing over to the
 * main thread.
 */

#ifndef MPSH_MP_HANDLER_H
#define MPSH_MP_HANDLER_H

#include <stdbool.h>

#include <rte_eal.h>

/* So many posts of handlers may wait for the main thread; further messages get no answer.
 */
#define POSTS_MAX 4096

/* The number of this secondary: from now on broadcasts are answered. Main thread. */
void ipc_set_number(unsigned int number);

/* The primary, once its hub is ready: attaches are answered. Main thread. */
void ipc_accept_attaches(void);

/* Close those of the n descriptors that are not negative. Any thread. */
void handler_close_fds(const int fds[], int n);

/* The descriptors of a message received, as many as there can be. */
int handler_count_fds(const struct rte_mp_msg *msg);

/* "/dev/null", "anon_inode:[eventfd]", … for each, then close them. */
int handler_describe_fds(const struct rte_mp_msg *msg, char names[][64]);

/* Hand a copy, on the heap, to the main thread; it is freed when that has too much
 * already. */
bool handler_post(void (*fn)(void *arg), void *arg);

/* In the main thread: what handler_post() handed over was taken. */
void handler_taken(void);

/* Has ipc_stop() been called? Then handlers do nothing. */
bool handler_is_stopping(void);

#endif

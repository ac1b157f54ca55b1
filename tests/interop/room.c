/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * For LD_PRELOAD: who looks whether a socket has room finds that it has. As if it had
 * been filled just after the look.
 */

#include <poll.h>

int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, __SIZE_TYPE__ size);
int __poll(struct pollfd *fds, nfds_t n, int timeout);

static int
look(struct pollfd *fds, nfds_t n, int timeout)
{
	if (n != 1 || timeout != 0 || fds->events != POLLOUT)
		return __poll(fds, n, timeout);
	fds->revents = POLLOUT;
	return 1;
}

int
poll(struct pollfd *fds, nfds_t n, int timeout)
{
	return look(fds, n, timeout);
}

int
__poll_chk(struct pollfd *fds, nfds_t n, int timeout, __SIZE_TYPE__ size)
{
	(void)size;
	return look(fds, n, timeout);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * For LD_PRELOAD: after SIGUSR2 the heap is as after a corruption that malloc() has
 * found. It aborts, with its lock held: whoever calls it then waits for ever.
 */

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);

static volatile sig_atomic_t is_corrupt;

void *
malloc(size_t size)
{
	while (is_corrupt)
		pause();
	return __libc_malloc(size);
}

static void
corrupt(int number)
{
	(void)number;
	is_corrupt = 1;
	abort();
}

__attribute__((constructor)) static void
arm(void)
{
	signal(SIGUSR2, corrupt);
}

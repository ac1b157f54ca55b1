/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Tells who holds the mutex that a thread waits for. */

#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "host/process.h"
#include "outside/futex.h"
#include "outside/source.h"
#include "outside/view.h"

/* glibc's pthread_mutex_t: lock, which is 2 with waiters, count, owner, users, kind. */
#define MUTEX_CONTENDED 2
#define MUTEX_KIND_MAX 0x1ff

/* As many threads as there can be, and more than wait for a condition with it. */
#define MUTEX_OWNER_MAX (1 << 22)
#define MUTEX_USERS_MAX 4096

enum {
	WORD_LOCK,
	WORD_COUNT,
	WORD_OWNER,
	WORD_USERS,
	WORD_KIND,
	WORDS,
};

/* A stream's lock has an address in the place of owner and users. */
static bool
may_be_mutex(const uint32_t words[WORDS])
{
	return words[WORD_LOCK] == MUTEX_CONTENDED && words[WORD_OWNER] != 0 &&
		words[WORD_OWNER] <= MUTEX_OWNER_MAX && words[WORD_USERS] != 0 &&
		words[WORD_USERS] <= MUTEX_USERS_MAX &&
		words[WORD_KIND] <= MUTEX_KIND_MAX;
}

/* What else waits with this value: glibc's mutexes do not go through syscall(). */
static bool
waits_otherwise(const struct backtrace *stack)
{
	return backtrace_has(stack, "pthread_cond_") ||
		backtrace_has(stack, "sem_wait") ||
		(stack->n > 0 && strcmp(stack->frames[0].function, "syscall") == 0);
}

/*
 * In a PID namespace of its own a process has other numbers for its threads. 0: it is
 * none of this process, and cannot be told.
 */
static pid_t
seen_from_here(const struct view *view, pid_t tid)
{
	size_t i;

	if (host_inner_id(view->pid) == view->pid)
		return tid;
	for (i = 0; i < view->n; i++)
		if (host_inner_id(view->threads[i].host.tid) == tid)
			return view->threads[i].host.tid;
	return 0;
}

bool
futex_owner(const struct view *view, const struct view_thread *thread, pid_t *owner)
{
	const struct host_thread *host = &thread->host;
	unsigned int op = host->args[1] & FUTEX_CMD_MASK;
	uint32_t words[WORDS];

	if (!host->is_in_call || host->call != SYS_futex || view->source == NULL ||
		source_read(view->source, host->args[0], words, sizeof(words)) < 0)
		return false;
	if (op == FUTEX_LOCK_PI || op == FUTEX_LOCK_PI2) {
		*owner = seen_from_here(view, words[WORD_LOCK] & FUTEX_TID_MASK);
		return *owner != 0;
	}
	if ((op != FUTEX_WAIT && op != FUTEX_WAIT_BITSET) ||
		(uint32_t)host->args[2] != MUTEX_CONTENDED || !may_be_mutex(words) ||
		waits_otherwise(&thread->stack))
		return false;
	*owner = seen_from_here(view, words[WORD_OWNER]);
	return *owner != 0;
}

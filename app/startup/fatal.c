/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What a fault or abort() leads to. */

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <rte_debug.h>

#include "base/child.h"
#include "startup/eallog.h"
#include "startup/fatal.h"

static volatile sig_atomic_t expected = -1; /* fatal_expect() */
static void (*at_fault)(void);

/* How long the end after a fault may take, in seconds. */
#define FATAL_S 2

/*
 * For abort() and faults: reset the terminal, print the stack, then let the signal end
 * the process. What is called here may wait for ever for a lock that the faulty thread
 * holds, so SIGALRM ends the process after FATAL_S.
 */
static void
on_fatal(int number)
{
	sigset_t alarms;

	if (expected >= 0)
		_exit(expected);
	signal(number, SIG_DFL);
	signal(SIGALRM, SIG_DFL);
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &alarms, NULL);
	alarm(FATAL_S);
	eallog_restore();
	at_fault();
	child_kill_all();
	rte_dump_stack();
	raise(number);
}

void
fatal_expect(int code)
{
	expected = code;
}

void
fatal_catch(void (*first)(void))
{
	static const int numbers[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL };
	const struct sigaction action = { .sa_handler = on_fatal,
		.sa_flags = SA_NODEFER };
	unsigned int i;

	at_fault = first;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
}

void
fatal_load(void)
{
	void *frame;

	backtrace(&frame, 1);
}

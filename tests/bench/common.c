/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "common.h"

/* How many messages are sent between two looks at the clock. */
#define SENT_A_LOOK 64

void
bench_fail(const char *what)
{
	if (errno != 0)
		fprintf(stderr, "%s: %s\n", what, strerror(errno));
	else
		fprintf(stderr, "%s\n", what);
	exit(1);
}

uint64_t
bench_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void
bench_pin(const char *cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(atoi(cpu), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) < 0)
		bench_fail("sched_setaffinity");
}

double
bench_number(const char *word)
{
	double number = atof(word);

	errno = 0;
	if (number <= 0)
		bench_fail("a number above 0 is needed");
	return number;
}

double
bench_tsc_hz(void)
{
	static double hz;
	uint64_t ns, ticks;

	if (hz == 0) {
		ns = bench_now();
		ticks = rte_rdtsc();
		usleep(20000);
		ns = bench_now() - ns;
		ticks = rte_rdtsc() - ticks;
		hz = ticks * 1e9 / ns;
	}
	return hz;
}

void
bench_stream(uint64_t messages, uint64_t ns)
{
	if (messages == 0 || ns == 0)
		bench_fail("nothing came");
	printf("{\"messages\": %" PRIu64
	       ", \"seconds\": %.6f, \"messages_per_s\": %.0f}\n",
		messages, ns / 1e9, messages * 1e9 / ns);
	fflush(stdout);
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void
bench_round_trips(uint64_t *times, unsigned int count, double unit)
{
	qsort(times, count, sizeof(*times), compare);
	printf("{\"count\": %u, \"min_ns\": %.1f, \"p50_ns\": %.1f, \"p99_ns\": %.1f}\n",
		count, times[0] * unit, times[count / 2] * unit,
		times[count - 1 - count / 100] * unit);
	fflush(stdout);
}

/* Sends until the time is up, then waits for the end of input at received. */
static void
send_all(const struct bench_transport *transport, double seconds, int received)
{
	struct bench_message message = { .number = 0 };
	uint64_t until;

	memset(message.text, 'm', sizeof(message.text));
	transport->open(true);
	until = bench_now() + (uint64_t)(seconds * 1e9);
	for (; !message.last; message.number++) {
		if (message.number % SENT_A_LOOK == 0)
			message.last = bench_now() >= until;
		transport->send(&message);
	}
	/* What closes may throw away what is on its way. */
	while (read(received, &message, 1) > 0)
		;
	if (transport->close != NULL)
		transport->close(true);
}

void
bench_run_transport(const struct bench_transport *transport, const char *sender_cpu,
	const char *receiver_cpu, double seconds)
{
	struct bench_message message;
	uint64_t began = 0, next = 0;
	int status, received[2];
	pid_t sender;

	if (pipe(received) < 0)
		bench_fail("pipe");
	sender = fork();
	if (sender < 0)
		bench_fail("fork");
	if (sender == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bench_pin(sender_cpu);
		close(received[1]);
		send_all(transport, seconds, received[0]);
		_exit(0);
	}
	bench_pin(receiver_cpu);
	transport->open(false);
	do {
		transport->receive(&message);
		if (next == 0)
			began = bench_now();
		errno = 0;
		if (message.number != next++)
			bench_fail("a message is lost, repeated or out of order");
	} while (!message.last);
	bench_stream(next, bench_now() - began);
	close(received[1]);
	if (transport->close != NULL)
		transport->close(false);
	if (waitpid(sender, &status, 0) != sender || status != 0)
		bench_fail("the sender failed");
}

/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* What the host took away from a CPU, as a result, and from those of a bench. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "base/json.h"
#include "base/loop.h"
#include "cmds/taken.h"
#include "cmds/target.h"
#include "host/jitter.h"
#include "host/threads.h"
#include "output/output.h"
#include "peers/peers.h"
#include "peers/self.h"

#define MS UINT64_C(1000000)

/* How long is measured after a bench. */
#define MEASURE_NS (200 * MS)

/*
 * How long a thread may take to fall asleep. One that does not would share its CPU with
 * the measurement: it polls (--poll).
 */
#define ASLEEP_NS (100 * MS)
#define LOOK_NS (5 * MS)

/* Sender, receiver, and the primary that forwards between secondaries. */
#define CPUS_MAX 3

json_t *
taken_row(const struct jitter *jitter)
{
	bool there = jitter->there;

	return json_pack("{s:i, s:o, s:o, s:o, s:f}", "cpu", (int)jitter->cpu,
		"longest_ns", json_of_number(there, jitter->longest_ns), "sum_ns",
		json_of_number(there, jitter->sum_ns), "gaps",
		json_of_number(there, jitter->gaps), "seconds", jitter->ns / 1e9);
}

double
taken_share(const json_t *row)
{
	double seconds = json_number_value(json_object_get(row, "seconds"));
	double taken = json_number_value(json_object_get(row, "sum_ns")) / 1e9;

	return seconds > 0 ? taken * 100 / seconds : 0;
}

void
taken_say(const json_t *row)
{
	if (!json_is_object(row))
		return;
	output_line("afterwards the host took up to %s, %.2f %% of CPU %d",
		output_duration_of(row, "longest_ns").text, taken_share(row),
		(int)json_integer_value(json_object_get(row, "cpu")));
}

/* ---- the CPUs of a bench ---- */

struct wanted {
	pid_t pid, tid;
	enum host_role role;
};

static bool
take_thread(pid_t tid, const char *name, void *ctx)
{
	struct wanted *wanted = ctx;

	if (host_role_of_thread(wanted->pid, tid, name) != wanted->role)
		return true;
	wanted->tid = tid;
	return false;
}

/* The CPU that a thread has used, once it sleeps; -1: not known, or it does not sleep. */
static int
cpu_of(pid_t pid, pid_t tid)
{
	uint64_t until = loop_now() + ASLEEP_NS;
	struct host_thread thread;

	do {
		if (!host_look_at_thread(pid, tid, &thread))
			return -1;
		/* The main thread of this process will sleep. */
		if (thread.state == 'S' || tid == getpid())
			return thread.cpu;
	} while (loop_pause(LOOK_NS) == -ETIMEDOUT && loop_now() < until);
	return -1;
}

/* Add the CPU of the first thread of a process that has this role, if it can be told. */
static void
add_cpu(struct jitter *list, unsigned int *n, pid_t pid, enum host_role role)
{
	struct wanted wanted = { .pid = pid, .role = role };
	unsigned int i;
	int cpu = -1;

	if (pid > 0)
		host_walk_threads(pid, take_thread, &wanted);
	if (wanted.tid != 0)
		cpu = cpu_of(pid, wanted.tid);
	for (i = 0; i < *n && (int)list[i].cpu != cpu; i++)
		;
	if (cpu >= 0 && i == *n)
		list[(*n)++].cpu = cpu;
}

static unsigned int
list_cpus(const struct target *target, struct jitter *list)
{
	bool is_ring = target->transport == TRANSPORT_RING;
	struct peer peer = { 0 };
	unsigned int n = 0;

	add_cpu(list, &n, getpid(), is_ring ? HOST_ROLE_LCORE : HOST_ROLE_MAIN);
	if (hub_peer(target->number, &peer))
		add_cpu(list, &n, peer.pid, is_ring ? HOST_ROLE_LCORE : HOST_ROLE_MP);
	if (is_ring && hub_number() != 0 && target->number != 0)
		add_cpu(list, &n, hub_primary_pid(), HOST_ROLE_LCORE);
	return n;
}

json_t *
taken_from(const struct target *target)
{
	struct jitter list[CPUS_MAX] = { 0 };
	const struct jitter *worst = NULL;
	unsigned int n = list_cpus(target, list), i;
	int ret = n != 0 ? jitter_measure(list, n, MEASURE_NS) : -ENOENT;

	if (ret < 0 && ret != -EINTR)
		return json_null();
	for (i = 0; i < n; i++)
		if (list[i].there &&
			(worst == NULL || list[i].longest_ns > worst->longest_ns))
			worst = &list[i];
	return worst != NULL ? taken_row(worst) : json_null();
}
